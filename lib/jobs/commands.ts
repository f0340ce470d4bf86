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

/** Adds a nudge at the end of the caller's transaction and wakes the workers when it commits. */
export async function enqueue(tx: Tx, input: EnqueueInput): Promise<void> {
  tx.later({
    call: "enqueue_job",
    wakes: jobsChannel,
    row: {
      id: newId("job"),
      name: input.name,
      key: input.key ?? null,
      payload: input.payload ?? {},
      run_at: input.runAt ?? tx.ctx.now,
      created_at: tx.ctx.now,
    },
  });
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
