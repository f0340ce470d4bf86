import { and, eq } from "drizzle-orm";
import { idempotencyKeys } from "@/db/schema/idempotency";
import { actorId, type Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";

/**
 * Runs `run` once per (actor, route, Idempotency-Key), in the caller's transaction, and answers repeats with the stored
 * result. The same key with another body is refused with 422; a repeat that races waits for the first to commit.
 * Results must be wire values (JSON). Without a key it just runs.
 */
export async function idempotently<T>(tx: Tx, run: () => Promise<T>): Promise<T> {
  const claim = tx.ctx.idempotency;
  if (claim === null) return run();
  const owner = actorId(tx.ctx.actor);
  const mine = await tx.db
    .insert(idempotencyKeys)
    .values({ actor: owner, route: claim.route, key: claim.key, bodyHash: claim.bodyHash, createdAt: tx.ctx.now })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  const where = and(eq(idempotencyKeys.actor, owner), eq(idempotencyKeys.route, claim.route), eq(idempotencyKeys.key, claim.key));
  if (mine.length === 0) {
    const [stored] = await tx.db.select({ bodyHash: idempotencyKeys.bodyHash, answer: idempotencyKeys.answer }).from(idempotencyKeys).where(where);
    if (stored === undefined) throw new AppError("conflict", "idempotency_in_progress", "The same request is being handled right now.", { retryAfterSeconds: 1 });
    if (stored.bodyHash !== claim.bodyHash) throw new AppError("unprocessable", "idempotency_mismatch", "This Idempotency-Key was already used with another body.");
    return stored.answer as T;
  }
  const answer = await run();
  await tx.db.update(idempotencyKeys).set({ answer }).where(where);
  return answer;
}
