import { sql } from "drizzle-orm";
import { read, type Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { plusMs, clockNow, minuteMs, secondMs } from "@/lib/time";
import { jobsChannel, type EnqueueInput, type JobPayload } from "./contract.ts";

/** A job that a worker has taken; nobody else runs it until the lock ends. */
export type TakenJob = { id: string; name: string; payload: JobPayload; attempts: number };

/** A worker that dies leaves its jobs locked for this long. */
export const lockMs = 30 * secondMs;

/** Adds a nudge in the caller's transaction (one statement) and wakes the workers when it commits. */
export async function enqueue(tx: Tx, input: EnqueueInput): Promise<void> {
  const at = tx.ctx.now.toISOString();
  const runAt = (input.runAt ?? tx.ctx.now).toISOString();
  await tx.db.execute(sql`
    with added as (
      insert into jobs (id, name, key, payload, run_at, created_at)
      values (${newId("job")}, ${input.name}, ${input.key ?? null}, ${JSON.stringify(input.payload ?? {})}::jsonb, ${runAt}::timestamptz, ${at}::timestamptz)
      on conflict (name, key) where locked_until is null do update set run_at = least(jobs.run_at, excluded.run_at)
      returning name
    ) select pg_notify(${jobsChannel}, name) from added`);
}

/** Takes up to `limit` due jobs for `worker`; skips what others hold. */
export async function takeJobs(worker: string, limit: number): Promise<TakenJob[]> {
  const now = clockNow();
  const rows = await read((db) => db.execute<TakenJob>(sql`
    update jobs set locked_by = ${worker}, locked_until = ${plusMs(now, lockMs).toISOString()}::timestamptz, attempts = attempts + 1
    where id in (
      select id from jobs
      where run_at <= ${now.toISOString()}::timestamptz and (locked_until is null or locked_until < ${now.toISOString()}::timestamptz)
      order by run_at limit ${limit} for update skip locked)
    returning id, name, payload, attempts`));
  return [...rows];
}

export async function finishJob(job: TakenJob, worker: string): Promise<void> {
  await read((db) => db.execute(sql`delete from jobs where id = ${job.id} and locked_by = ${worker}`));
}

/** Puts a failed job back with a growing delay (2 s to 5 min), or drops it when a newer nudge for the same key waits. */
export async function retryJob(job: TakenJob, worker: string, reason: string): Promise<void> {
  const delayMs = Math.min(2 * secondMs * 2 ** Math.min(job.attempts - 1, 10), 5 * minuteMs);
  await read((db) => db.execute(sql`
    with gone as (
      delete from jobs mine using jobs other
      where mine.id = ${job.id} and mine.locked_by = ${worker} and other.name = mine.name and other.key = mine.key and other.locked_until is null
      returning mine.id
    ) update jobs set locked_by = null, locked_until = null, last_error = ${reason.slice(0, 300)}, run_at = ${plusMs(clockNow(), delayMs).toISOString()}::timestamptz
      where id = ${job.id} and locked_by = ${worker} and not exists (select 1 from gone)`));
}
