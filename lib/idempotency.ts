import { and, eq } from "drizzle-orm";
import { compiled, slot } from "@/db/compiled";
import { idempotencyKeys } from "@/db/schema/idempotency";
import { actorId, type Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";

const k = idempotencyKeys;
const mine = and(eq(k.actor, slot("actor")), eq(k.route, slot("route")), eq(k.key, slot("key")));
const claimKey = compiled((db) =>
  db
    .insert(k)
    .values({ actor: slot("actor"), route: slot("route"), key: slot("key"), bodyHash: slot("bodyHash"), createdAt: slot("now") })
    .onConflictDoNothing()
    .returning({ key: k.key }),
);
const readAnswer = compiled((db) => db.select({ bodyHash: k.bodyHash, answer: k.answer }).from(k).where(mine));
const storeAnswer = compiled((db) =>
  db
    .update(k)
    .set({ answer: slot("answer") })
    .where(mine),
);

/**
 * Runs `run` once per (actor, route, Idempotency-Key), in the caller's transaction, and answers repeats with the stored
 * result. The same key with another body is refused with 422; a repeat that races waits for the first to commit.
 * Results must be wire values (JSON). Without a key it just runs.
 */
export async function idempotently<T>(tx: Tx, run: () => Promise<T>): Promise<T> {
  const claim = tx.ctx.idempotency;
  if (claim === null) return run();
  const at = { actor: actorId(tx.ctx.actor), route: claim.route, key: claim.key };
  const claimed = await claimKey(tx.db, { ...at, bodyHash: claim.bodyHash, now: tx.ctx.now });
  if (claimed.length === 0) {
    const [stored] = await readAnswer(tx.db, at);
    if (stored === undefined) throw new AppError("conflict", "idempotency_in_progress", "The same request is being handled right now.", { retryAfterSeconds: 1 });
    if (stored.bodyHash !== claim.bodyHash) throw new AppError("unprocessable", "idempotency_mismatch", "This Idempotency-Key was already used with another body.");
    return stored.answer as T;
  }
  const answer = await run();
  await storeAnswer(tx.db, { ...at, answer });
  return answer;
}
