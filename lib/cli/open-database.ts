import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod/mini";
import { ConfigError } from "@/lib/config";
import { ensureDatabase, newRolePasswords, provisionRoles, type DatabaseUrls } from "./database-roles.ts";
import { keepPrivate } from "./files.ts";
import { isForeign } from "./mark.ts";
import type { StartPlan } from "./plan.ts";
import { rememberedPort } from "./ports.ts";
import { startPostgres, type PostgresOptions, type PostgresServer } from "./postgres.ts";

const passwordsShape = z.object({ owner: z.string(), app: z.string(), jobs: z.string(), readonly: z.string() });

export type OpenDatabase = {
  urls: DatabaseUrls;
  /** Gives the roles their grants again, after the database was emptied; null when the addresses were given. */
  provision: (() => Promise<unknown>) | null;
};

/** Makes the plan's database reachable as its four roles, and registers how to stop it. */
export async function openDatabase(plan: StartPlan, tools: { say: (line: string) => void; onStop: (stop: () => Promise<void>) => void }): Promise<OpenDatabase> {
  if (plan.database.kind === "given") {
    await requireReachable(plan.database.urls.owner);
    return { urls: plan.database.urls, provision: null };
  }
  const adminUrl = plan.database.kind === "admin" ? plan.database.url : await openEmbedded(plan, tools);
  await requireReachable(adminUrl);
  if (await isForeign(adminUrl)) throw new ConfigError(["the database holds tables of another program: give an empty database"]);
  const file = join(plan.dataDir, "keys", "database-roles.json");
  const passwords = passwordsShape.parse(JSON.parse(keepPrivate(file, () => JSON.stringify(newRolePasswords()))));
  const provision = (): Promise<DatabaseUrls> => provisionRoles(adminUrl, passwords);
  return { urls: await provision(), provision };
}

async function requireReachable(url: string): Promise<void> {
  try {
    await isForeign(url);
  } catch (error) {
    const { host, pathname } = new URL(url);
    throw new ConfigError([`the database at ${host}${pathname} cannot be used: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

async function openEmbedded(plan: StartPlan, tools: { say: (line: string) => void; onStop: (stop: () => Promise<void>) => void }): Promise<string> {
  const port = await rememberedPort(join(plan.dataDir, "ports.json"), "postgres");
  const server = await keepPostgres({ folder: join(plan.dataDir, "postgres"), port, say: tools.say }, tools);
  await ensureDatabase(server.superuserUrl("postgres"), "countersign");
  return server.superuserUrl("countersign");
}

/** Starts the server and starts it again whenever it ends, on the same port, until it is stopped. */
async function keepPostgres(options: PostgresOptions, tools: { say: (line: string) => void; onStop: (stop: () => Promise<void>) => void }): Promise<PostgresServer> {
  let stopping = false;
  let current = await startPostgres(options);
  const first = current;
  const watch = async (): Promise<void> => {
    for (let attempt = 1; !stopping; attempt += 1) {
      await current.exited;
      if (stopping) return;
      tools.say("The database ended unexpectedly; starting it again.");
      try {
        current = await startPostgres(options);
        attempt = 0;
      } catch (error) {
        tools.say(error instanceof Error ? error.message : String(error));
        await pause(Math.min(10_000, 500 * attempt));
      }
    }
  };
  tools.onStop(async () => {
    stopping = true;
    await current.stop();
  });
  void watch();
  return first;
}
