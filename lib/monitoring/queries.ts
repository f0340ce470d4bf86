import { eq, sql } from "drizzle-orm";
import { heartbeats } from "@/db/schema/monitoring";
import { knownMigrations } from "@/db/migrations-known";
import { config } from "@/lib/config";
import { read } from "@/lib/context";
import { clockNow, secondMs } from "@/lib/time";
import { clockSentence, seeClock } from "./clock.ts";
import type { Readiness } from "./contract.ts";

const heartbeatMaxMs = 15 * secondMs;

type Check = () => Promise<string>;

/** Whether the database answers, its migrations are those of this build, it believes the clock, and the worker beat within 15 s. */
export async function readiness(): Promise<Readiness> {
  const checks: [string, Check][] = [
    ["database", checkDatabase],
    ["migrations", checkMigrations],
    ["clock", checkClock],
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

async function checkClock(): Promise<string> {
  const seen = await seeClock(clockNow());
  if (!seen.believed) throw new NotReady(clockSentence(seen));
  return clockSentence(seen);
}

async function checkWorker(): Promise<string> {
  const [row] = await read((db) => db.select({ beatAt: heartbeats.beatAt }).from(heartbeats).where(eq(heartbeats.name, "worker")));
  if (row === undefined) throw new NotReady("It has not started yet.");
  const ageMs = clockNow().getTime() - row.beatAt.getTime();
  if (ageMs > heartbeatMaxMs) throw new NotReady(`It was last seen ${Math.round(ageMs / secondMs)} s ago.`);
  // It may run on another machine, with a clock of its own; one that is behind has been seen as late already.
  const clock = ageMs < 0 ? await seeClock(row.beatAt) : null;
  if (clock?.believed === false) throw new NotReady(clockSentence(clock, "Its clock"));
  return "It is running.";
}
