import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { read, type Tx } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { plusMs, clockNow, minuteMs, secondMs } from "@/lib/time";
import { jobsChannel, type EnqueueInput, type JobPayload } from "./contract.ts";

/** A job that a worker has taken; nobody else runs it until the lock ends. `token` is this taking's own. */
export type TakenJob = { id: string; name: string; payload: JobPayload; attempts: number; token: string };

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

/**
 * Takes up to `limit` due jobs for `worker`; skips what others hold. Every taking has its own token, so that a handler
 * which outlived its lock can neither finish nor unlock what another loop of the same process has taken since.
 */
export async function takeJobs(worker: string, limit: number): Promise<TakenJob[]> {
  const at = clockNow();
  const now = sql`${at.toISOString()}::timestamptz`;
  const token = `${worker}:${randomBytes(9).toString("base64url")}`;
  // What a dead worker held, then what waits: two searches, because neither index serves both at once.
  const rows = await read((db) =>
    db.execute<TakenJob>(sql`
    with abandoned as (
      select id from jobs where locked_until < ${now} order by locked_until limit ${limit}::int for update skip locked
    ), waiting as (
      select id from jobs where run_at <= ${now} and locked_until is null order by run_at
      limit ${limit}::int - (select count(*) from abandoned) for update skip locked
    ) update jobs set locked_by = ${token}, locked_until = ${plusMs(at, lockMs).toISOString()}::timestamptz, attempts = attempts + 1
      where id in (select id from abandoned union all select id from waiting)
      returning id, name, payload, attempts, locked_by as token`),
  );
  return [...rows];
}

export async function finishJob(job: TakenJob): Promise<void> {
  await read((db) => db.execute(sql`delete from jobs where id = ${job.id} and locked_by = ${job.token}`));
}

/**
 * Puts a failed job back with a growing delay (2 s to 5 min, and at least what the failure asked for), or drops it when
 * a newer nudge for the same key waits.
 */
export async function retryJob(job: TakenJob, failure: unknown): Promise<void> {
  const growingMs = Math.min(2 * secondMs * 2 ** Math.min(job.attempts - 1, 10), 5 * minuteMs);
  const askedMs = isAppError(failure) ? (failure.retryAfterSeconds ?? 0) * secondMs : 0;
  const reason = failure instanceof Error ? failure.name : "error";
  const runAt = plusMs(clockNow(), Math.max(growingMs, askedMs)).toISOString();
  await read((db) =>
    db.execute(sql`
    with gone as (
      delete from jobs mine using jobs other
      where mine.id = ${job.id} and mine.locked_by = ${job.token} and other.name = mine.name and other.key = mine.key and other.locked_until is null
      returning mine.id
    ) update jobs set locked_by = null, locked_until = null, last_error = ${reason.slice(0, 300)}, run_at = ${runAt}::timestamptz
      where id = ${job.id} and locked_by = ${job.token} and not exists (select 1 from gone)`),
  );
}
