// Where a bench runs: a PostgreSQL of its own with every commit made durable, and a database migrated as in production.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { migrate } from "@/db/migrate";
import { ensureDatabase, newRolePasswords, provisionRoles } from "@/lib/cli/database-roles";
import { freePort } from "@/lib/cli/ports";
import { asOneProcess } from "../one-process.ts";
import { startPostgres } from "@/lib/cli/postgres";
import { parseConfig, setConfig, type Config } from "@/lib/config";
import { closePools, systemCtx } from "@/lib/context";
import { setLogLevel } from "@/lib/monitoring";
import { ensureVaultKeys } from "@/lib/vault";
import { testDataDir } from "../config.ts";

export type Stage = {
  /** What a web process needs to serve this database. */
  env: Record<string, string>;
  config: Config;
  owner: postgres.Sql;
  superuser: postgres.Sql;
  /** Registers what must be stopped before the database. */
  onClose: (stop: () => Promise<void>) => void;
  close: () => Promise<void>;
};

const database = "countersign_bench";

/** Starts the server with its usual settings (fsync on), migrates, and points this process at it. */
export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "countersign bench-"));
  const server = await startPostgres({ folder, port: await freePort() });
  const stops: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop();
    await closePools();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ensureDatabase(server.superuserUrl("postgres"), database);
    const urls = await provisionRoles(server.superuserUrl(database), newRolePasswords());
    await migrate(urls.owner);
    await asOneProcess(urls.owner);
    const connect = (url: string): postgres.Sql => postgres(url, { max: 1, onnotice: () => undefined });
    const [owner, superuser] = [connect(urls.owner), connect(server.superuserUrl(database))];
    stops.push(async () => void (await Promise.all([owner.end({ timeout: 1 }), superuser.end({ timeout: 1 })])));
    const env = environmentFor(urls.app, await freePort());
    const config = parseConfig(env, {});
    setConfig(config);
    setLogLevel(config.logLevel);
    await ensureVaultKeys(systemCtx("bench"));
    return { env, config, owner, superuser, onClose: (stop) => void stops.push(stop), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function environmentFor(appUrl: string, port: number): Record<string, string> {
  const secret = randomBytes(16).toString("hex");
  return {
    COUNTERSIGN_MODE: "demo",
    DATA_DIR: testDataDir(),
    PORT: String(port),
    APP_ORIGIN: `http://localhost:${port}`,
    NEXTAUTH_URL: `http://localhost:${port}`,
    DATABASE_APP_URL: appUrl,
    // Nothing here may reach a gateway: the discard port answers nobody.
    CASHFREE_EMULATOR_URL: "http://127.0.0.1:9",
    CASHFREE_PG_CLIENT_ID: "BENCHPG",
    CASHFREE_PG_CLIENT_SECRET: secret,
    CASHFREE_PAYOUT_CLIENT_ID: "BENCHPAYOUT",
    CASHFREE_PAYOUT_CLIENT_SECRET: secret,
    LOG_LEVEL: "error",
  };
}
