// Before a signature: the challenge, bound to one statement, one person and one session, and what may be signed at all.
import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { approvalChallenges } from "@/db/schema/payouts";
import { recordAudit } from "@/lib/audit";
import { assertPasskey, hasPasskey, payoutFreezeOf, signingOptions, toSignPayout, type CheckedPasskey } from "@/lib/auth";
import type { Assertion } from "@/lib/auth/contract";
import { read, withTransaction, type Ctx, type UserActor } from "@/lib/context";
import { conflict, refuseUnless, type Decision } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recentSetting } from "@/lib/policies";
import { isStopped } from "@/lib/settings";
import { plusMs, toIst } from "@/lib/time";
import type { ApprovalChallenge, StartApprovalInput } from "../contract.ts";
import { deciderOf, factsOf, lockPayout, requirePerson, sourceOf, statementOf, type LoadedPayout } from "../load.ts";
import { tellingOwn } from "./own.ts";
import { challengeMs, mayApprove } from "../policy.ts";
import { canonicalJson, toFacts, type Statement } from "../statement.ts";
import { listVotes } from "../votes.ts";

const c = approvalChallenges;

/** Refuses with 409, whether the payout's state forbids it or the person's part in it; with 403 only who is no person at all. */
export function refuseToSign(decision: Decision): void {
  const never = !decision.allowed && decision.reasons.some((reason) => reason.code === "not_a_person");
  refuseUnless(decision, never ? "forbidden" : "conflict", "approval_refused");
}

/** Hands out the single-use challenge, good for 3 minutes, for exactly the statement the person sees. */
export async function startApproval(ctx: Ctx, payoutId: string, input: StartApprovalInput): Promise<ApprovalChallenge> {
  const person = requirePerson(ctx, "payouts.approve");
  const made = await tellingOwn(ctx, payoutId, () =>
    withTransaction(ctx, async (tx) => {
      const [loaded, votes, stopped, freeze] = await Promise.all([lockPayout(tx, payoutId), listVotes(tx, payoutId), isStopped(tx), payoutFreezeOf(tx, person.userId, ctx.now)]);
      const statement = unchangedStatement(loaded);
      if (statement.digestHex !== input.digest) throw statementChanged();
      refuseToSign(mayApprove(deciderOf(ctx), factsOf(loaded, votes), { now: ctx.now, stopped, reserve: null, freeze }));
      const id = newId("challenge");
      const expiresAt = plusMs(ctx.now, challengeMs);
      const bound = { payoutId, payoutVersion: loaded.payout.version, userId: person.userId, sessionId: person.sessionId, digest: statement.digest, expiresAt };
      const envelope = envelopeOf(id, bound);
      await Promise.all([
        tx.db.insert(approvalChallenges).values({ id, ...bound, envelope }),
        recordAudit(tx, { verb: "payout.challenge", objectKind: "payout", objectId: payoutId, after: { challengeId: id, digest: statement.digestHex } }),
      ]);
      return { envelope, answer: { challengeId: id, digest: statement.digestHex, expiresAt: toIst(expiresAt), facts: toFacts(sourceOf(loaded)) } };
    }),
  );
  const passkey = (await hasPasskey(person.userId)) ? await signingOptions(bytesToSign(made.envelope), person.userId) : null;
  return { ...made.answer, passkey, codeAllowed: await codeAllowed() };
}

/** Whether a code is enough to sign with: not where the setting asks approvers for what cannot be phished. */
export async function codeAllowed(): Promise<boolean> {
  return !(await recentSetting("passkeysRequiredForApprovers"));
}

/** What a passkey signs: the whole envelope, and so exactly this statement. */
function bytesToSign(envelope: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(envelope, "utf8").digest());
}

/** Checks a passkey's signature over a challenge that this person was given for this payout in this session; the challenge is not used up. */
export async function checkPasskey(
  ctx: Ctx,
  { person, payoutId }: { person: UserActor; payoutId: string },
  given: { challengeId: string; passkey: Assertion },
): Promise<CheckedPasskey> {
  const [found] = await read((db) =>
    db
      .select({ envelope: c.envelope })
      .from(c)
      .where(and(eq(c.id, given.challengeId), eq(c.payoutId, payoutId), eq(c.userId, person.userId), eq(c.sessionId, person.sessionId))),
  );
  if (found === undefined) throw challengeInvalid();
  return assertPasskey(ctx, person.userId, { use: toSignPayout(payoutId), challenge: bytesToSign(found.envelope), response: given.passkey });
}

type Bound = { payoutId: string; payoutVersion: number; userId: string; sessionId: string; digest: Uint8Array; expiresAt: Date };

/** What the second factor answers: who, in which session, signs which digest, until when. Kept verbatim. */
function envelopeOf(challengeId: string, bound: Bound): string {
  return canonicalJson({
    format: "countersign.approval.1",
    challenge_id: challengeId,
    payout_id: bound.payoutId,
    payout_version: String(bound.payoutVersion),
    payout_digest: Buffer.from(bound.digest).toString("hex"),
    approver_id: bound.userId,
    session_id: bound.sessionId,
    expires_at: bound.expiresAt.toISOString(),
  });
}

/** The statement as it is, if it is still the one the payout carries. */
export function unchangedStatement(loaded: LoadedPayout): Statement {
  const statement = statementOf(loaded);
  if (!statement.unchanged)
    throw conflict("statement_broken", "What this payout says no longer matches its own digest. Nobody can sign it; reject it and tell the security admin.");
  return statement;
}

export function statementChanged() {
  return conflict("statement_changed", "This payout changed since you looked at it. Read it again before you sign.");
}

export function challengeInvalid() {
  return conflict("challenge_invalid", "This confirmation has expired or was already used. Look at the statement again and sign anew.");
}
