import * as z from "zod/mini";
import type { Answers, Ask } from "@/db/calls";
import { actorId, type Ctx, type Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";

const storedShape = z.nullable(z.object({ bodyHash: z.string(), answer: z.unknown() }));
type Stored = z.infer<typeof storedShape>;

function askKey(ctx: Ctx): Ask<Stored> {
  return {
    call: "claim_key",
    given: { actor: actorId(ctx.actor), route: ctx.idempotency?.route ?? null, key: ctx.idempotency?.key ?? null },
    read: (answer) => z.parse(storedShape, answer),
  };
}

/** Nothing was done, and what the first request under the key did stands. */
export function keyUsedBefore(): AppError {
  const sentence = "This Idempotency-Key was already used for another request. To repeat that one, send its body unchanged; for anything else, make a new key.";
  return new AppError("unprocessable", "idempotency_mismatch", sentence, { detail: { "Idempotency-Key": "It was used before, with another body." } });
}

/**
 * Runs `run` once per (actor, route, Idempotency-Key), in the caller's transaction, and answers repeats with the stored
 * result. The same key with another body is refused with 422; a repeat that races waits for the first to commit.
 * Results must be wire values (JSON). Without a key it just runs. What `asks` answer is asked together with the key.
 */
export async function idempotently<T, const A extends readonly Ask<unknown>[] = readonly []>(tx: Tx, run: (...answers: Answers<A>) => Promise<T>, ...asks: A): Promise<T> {
  const { ctx } = tx;
  const claim = ctx.idempotency;
  if (claim === null && asks.length === 0) return run(...([] as unknown as Answers<A>));
  const [stored, ...answers] = await tx.ask(askKey(ctx), ...asks);
  if (claim !== null && stored !== null) {
    if (stored.bodyHash !== claim.bodyHash) throw keyUsedBefore();
    return stored.answer as T;
  }
  const answer = await run(...(answers as unknown as Answers<A>));
  if (claim !== null) {
    const { route, key, bodyHash } = claim;
    tx.later({ call: "keep_answer", row: { actor: actorId(ctx.actor), route, key, body_hash: bodyHash, answer: JSON.stringify(answer), created_at: ctx.now } });
  }
  return answer;
}
