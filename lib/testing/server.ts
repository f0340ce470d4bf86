import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@/db/migrate";
import { ensureDatabase, newRolePasswords, provisionRoles, type RolePasswords } from "@/lib/cli/database-roles";
import { freePort } from "@/lib/cli/ports";
import { startPostgres, type PostgresServer } from "@/lib/cli/postgres";
import { asOneProcess } from "./one-process.ts";

export type TestServer = { superuserUrl: string; passwords: RolePasswords; template: string };

// Nothing in a test outlives the run, so the server need not survive a crash.
const fast = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", shared_buffers: "128MB", max_connections: "300" };

const template = "countersign_template";

/** One throw-away PostgreSQL with a migrated template database, for a whole test run. */
export async function startTestServer(): Promise<{ server: TestServer; postgres: PostgresServer; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "countersign test-"));
  const postgres = await startPostgres({ folder, port: await freePort(), settings: fast });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const superuserUrl = postgres.superuserUrl("postgres");
    const passwords = newRolePasswords();
    await ensureDatabase(superuserUrl, template);
    const urls = await provisionRoles(postgres.superuserUrl(template), passwords);
    await migrate(urls.owner);
    await asOneProcess(urls.owner);
    return { server: { superuserUrl, passwords, template }, postgres, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
