// What a device is asked to sign. Each is made here, belongs to one session and one purpose, and can be taken once.
import { randomBytes } from "node:crypto";
import { and, eq, gt, isNull, lt } from "drizzle-orm";
import { passkeyChallenges } from "@/db/schema/passkeys";
import { recordDenial } from "@/lib/audit";
import { withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { minuteMs, plusMs } from "@/lib/time";
import type { StepUpAct } from "./contract.ts";
import { refusedRow, type FactorUse } from "./factor-use.ts";

/** `door:` and a hash stand for a browser that has no session yet. */
export type ChallengePurpose = "register" | "second_factor" | `step_up:${StepUpAct}` | `door:${string}`;

type Bound = { sessionId: string | null; purpose: ChallengePurpose };

const livesMs = 5 * minuteMs;

/** A fresh challenge of 256 random bits. */
export async function newChallenge(ctx: Ctx, bound: Bound): Promise<Uint8Array<ArrayBuffer>> {
  const challenge = new Uint8Array(randomBytes(32));
  await withTransaction(ctx, async (tx) => {
    await tx.db.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, ctx.now));
    await tx.db.insert(passkeyChallenges).values({ challenge, sessionId: bound.sessionId, purpose: bound.purpose, expiresAt: plusMs(ctx.now, livesMs) });
  });
  return challenge;
}

/**
 * Takes the challenge that an answer says it signed, in a transaction of its own: right or wrong, the answer has had its
 * one try. Throws `passkey_refused` when it is another session's, another purpose's, late, taken or none of ours.
 */
export async function takeChallenge(ctx: Ctx, bound: Bound & { use: FactorUse | null }, clientDataJson: string): Promise<Uint8Array> {
  const challenge = challengeIn(clientDataJson);
  if (challenge !== null) {
    const taken = await withTransaction(ctx, (tx) =>
      tx.db
        .delete(passkeyChallenges)
        .where(
          and(
            eq(passkeyChallenges.challenge, challenge),
            bound.sessionId === null ? isNull(passkeyChallenges.sessionId) : eq(passkeyChallenges.sessionId, bound.sessionId),
            eq(passkeyChallenges.purpose, bound.purpose),
            gt(passkeyChallenges.expiresAt, ctx.now),
          ),
        )
        .returning({ challenge: passkeyChallenges.challenge }),
    );
    if (taken.length > 0) return challenge;
  }
  // Without a session anybody may try as often as they like, and must not fill the trail with it.
  if (bound.use !== null) await recordDenial(ctx, refusedRow(bound.use, "passkey", "challenge"));
  throw new AppError("unprocessable", "passkey_refused", "This took too long, or it was already used. Try again.", { detail: { reason: "challenge" } });
}

function challengeIn(clientDataJson: string): Uint8Array | null {
  try {
    const said: unknown = JSON.parse(Buffer.from(clientDataJson, "base64url").toString("utf8"));
    const text = typeof said === "object" && said !== null && "challenge" in said ? said.challenge : null;
    const bytes = typeof text === "string" && /^[A-Za-z0-9_-]{43}$/.test(text) ? Buffer.from(text, "base64url") : null;
    return bytes?.length === 32 ? bytes : null;
  } catch {
    return null;
  }
}
