// One request under one Idempotency-Key is carried out once: a repeat gets the first one's answer, whatever it was.
import { and, eq, isNull, sql } from "drizzle-orm";
import { apiAnswers } from "@/db/schema/clients";
import { read, withTransaction, type ClientActor, type Ctx } from "@/lib/context";
import { conflict } from "@/lib/errors";
import { keyUsedBefore } from "@/lib/idempotency";
import { plusMs } from "@/lib/time";
import { clientRules } from "./policy.ts";

export type Answer = { status: number; body: unknown };
type Given = { ctx: Ctx & { actor: ClientActor }; key: string; requestHash: string };

/**
 * Claims the key and runs, or answers what was answered before. Another request under the same key is refused with 422,
 * one that is still being handled with 409. `run` answers refusals too; null means that nothing was done and the same
 * request may try again under the same key.
 */
export async function answerOnce(given: Given, run: () => Promise<{ answer: Answer; keep: boolean }>): Promise<Answer & { replayed: boolean }> {
  const earlier = await claim(given);
  if (earlier !== null) return { ...earlier, replayed: true };
  const { answer, keep } = await run();
  await (keep ? store(given, answer) : release(given));
  return { ...answer, replayed: false };
}

async function claim({ ctx, key, requestHash }: Given): Promise<Answer | null> {
  const { clientId } = ctx.actor;
  const abandoned = plusMs(ctx.now, -clientRules.abandonedMs);
  const claimed = await withTransaction(ctx, (tx) =>
    tx.db
      .insert(apiAnswers)
      .values({ clientId, key, requestHash, begunAt: ctx.now, requestId: ctx.requestId })
      .onConflictDoUpdate({
        target: [apiAnswers.clientId, apiAnswers.key],
        set: { begunAt: ctx.now, requestId: ctx.requestId },
        // Its process died on the way. The command itself still knows the key, so nothing is done twice.
        setWhere: sql`${apiAnswers.status} is null and ${apiAnswers.begunAt} < ${abandoned.toISOString()}::timestamptz and ${apiAnswers.requestHash} = ${requestHash}`,
      })
      .returning({ key: apiAnswers.key }),
  );
  if (claimed.length === 1) return null;
  const [row] = await read((db) =>
    db
      .select({ requestHash: apiAnswers.requestHash, status: apiAnswers.status, answer: apiAnswers.answer })
      .from(apiAnswers)
      .where(and(eq(apiAnswers.clientId, clientId), eq(apiAnswers.key, key))),
  );
  if (row !== undefined && row.requestHash !== requestHash) throw keyUsedBefore();
  if (row === undefined || row.status === null) throw conflict("idempotency_in_progress", "The same request is being handled right now.", { retryAfterSeconds: 1 });
  return { status: row.status, body: row.answer };
}

function mine({ ctx, key }: Given) {
  return and(eq(apiAnswers.clientId, ctx.actor.clientId), eq(apiAnswers.key, key), eq(apiAnswers.requestId, ctx.requestId), isNull(apiAnswers.status));
}

async function store(given: Given, answer: Answer): Promise<void> {
  await withTransaction(given.ctx, (tx) => tx.db.update(apiAnswers).set({ status: answer.status, answer: answer.body }).where(mine(given)));
}

async function release(given: Given): Promise<void> {
  await withTransaction(given.ctx, (tx) => tx.db.delete(apiAnswers).where(mine(given)));
}

/** Forgets answers to requests begun before `before`. */
export async function pruneAnswers(ctx: Ctx, before: Date): Promise<void> {
  await withTransaction(ctx, (tx) => tx.db.delete(apiAnswers).where(sql`${apiAnswers.begunAt} < ${before.toISOString()}::timestamptz`));
}
