import { eq, sql } from "drizzle-orm";
import { heartbeats } from "@/db/schema/monitoring";
import { knownMigrations } from "@/db/migrations-known";
import { config } from "@/lib/config";
import { read } from "@/lib/context";
import { clockNow, secondMs } from "@/lib/time";
import type { Readiness } from "./contract.ts";

const heartbeatMaxMs = 15 * secondMs;

type Check = () => Promise<string>;

/** Whether the database answers, its migrations are those of this build, and the worker beat within 15 s. */
export async function readiness(): Promise<Readiness> {
  const checks: [string, Check][] = [
    ["database", checkDatabase],
    ["migrations", checkMigrations],
    ["worker", checkWorker],
  ];
  const dependencies = await Promise.all(
    checks.map(async ([name, check]) => {
      try {
        return { name, ok: true, sentence: await check() };
      } catch (error) {
        return { name, ok: false, sentence: error instanceof NotReady ? error.message : "It does not answer." };
      }
    }),
  );
  return { ready: dependencies.every((dependency) => dependency.ok), mode: config().mode, dependencies };
}

class NotReady extends Error {}

async function checkDatabase(): Promise<string> {
  await read((db) => db.execute(sql`select 1`));
  return "It answers.";
}

async function checkMigrations(): Promise<string> {
  const rows = await read((db) => db.execute<{ hash: string }>(sql`select hash from countersign_migrations.applied order by id desc limit 1`));
  if (rows[0]?.hash !== knownMigrations().at(-1)?.hash) throw new NotReady("The database's tables are not those of this build. Run npm run db:migrate.");
  return "The tables are those of this build.";
}

async function checkWorker(): Promise<string> {
  const [row] = await read((db) => db.select({ beatAt: heartbeats.beatAt }).from(heartbeats).where(eq(heartbeats.name, "worker")));
  if (row === undefined) throw new NotReady("It has not started yet.");
  const ageMs = clockNow().getTime() - row.beatAt.getTime();
  if (ageMs > heartbeatMaxMs) throw new NotReady(`It was last seen ${Math.round(ageMs / secondMs)} s ago.`);
  return "It is running.";
}
