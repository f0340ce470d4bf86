import { getTableColumns } from "drizzle-orm";
import * as z from "zod/mini";
import { jsonRow, type Ask } from "@/db/calls";
import { approvalChallenges, payoutApprovals } from "@/db/schema/payouts";
import { recordAudit } from "@/lib/audit";
import { checkCode, consumeCode } from "@/lib/auth";
import { withTransaction, type Ctx, type Tx, type UserActor } from "@/lib/context";
import { conflict, refuseUnless, type Decision } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { enqueue } from "@/lib/jobs";
import { askReserve, keepReserve, reserveFrom } from "@/lib/ledger";
import { askStopped, isStopped } from "@/lib/settings";
import { plusMs, toIst } from "@/lib/time";
import { recordEvidence } from "@/lib/transactions";
import type { ApprovalChallenge, ApprovePayoutInput, PayoutOutcome, StartApprovalInput } from "../contract.ts";
import { deciderOf, factsOf, indexPayout, listVotes, lockPayout, requirePerson, sourceOf, statementOf, toOutcome, type LoadedPayout } from "../load.ts";
import { challengeMs, mayApprove } from "../policy.ts";
import { bytes, instant } from "../answers.ts";
import { canonicalJson, sameDigest, toFacts, type Statement } from "../statement.ts";

const ownCodes = new Set(["own_payout", "own_edit", "own_beneficiary", "not_a_person"]);

/** Refuses with 403 when the person may never sign this payout, with 409 when only its state forbids it. */
function refuse(decision: Decision): void {
  const never = !decision.allowed && decision.reasons.some((reason) => ownCodes.has(reason.code));
  refuseUnless(decision, never ? "forbidden" : "conflict", "approval_refused");
}

/** Hands out the single-use challenge, good for 3 minutes, for exactly the statement the person sees. */
export async function startApproval(ctx: Ctx, payoutId: string, input: StartApprovalInput): Promise<ApprovalChallenge> {
  const person = requirePerson(ctx, "payouts.approve");
  return withTransaction(ctx, async (tx) => {
    const [loaded, votes, stopped] = await Promise.all([lockPayout(tx, payoutId), listVotes(tx, payoutId), isStopped(tx)]);
    const statement = requireUnchanged(loaded);
    if (statement.digestHex !== input.digest) throw statementChanged();
    refuse(mayApprove(deciderOf(ctx), factsOf(loaded, votes), { now: ctx.now, stopped, reserve: null }));
    const id = newId("challenge");
    const expiresAt = plusMs(ctx.now, challengeMs);
    const bound = { payoutId, payoutVersion: loaded.payout.version, userId: person.userId, sessionId: person.sessionId, digest: statement.digest, expiresAt };
    await Promise.all([
      tx.db.insert(approvalChallenges).values({ id, ...bound, envelope: envelopeOf(id, bound) }),
      recordAudit(tx, { verb: "payout.challenge", objectKind: "payout", objectId: payoutId, after: { challengeId: id, digest: statement.digestHex } }),
    ]);
    return { challengeId: id, digest: statement.digestHex, expiresAt: toIst(expiresAt), facts: toFacts(sourceOf(loaded)) };
  });
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

/**
 * Signs a payout: one vote, by a second factor fresh for exactly this statement. The last needed vote meets the reserve
 * and sends it on its way, all in one transaction.
 */
export async function approvePayout(ctx: Ctx, payoutId: string, input: ApprovePayoutInput): Promise<PayoutOutcome> {
  const person = requirePerson(ctx, "payouts.approve");
  const code = await checkCode(ctx, person.userId, input.code);
  return withTransaction(ctx, async (tx) => {
    const [loaded, [{ votes, challenge }, stopped, basis]] = await Promise.all([
      lockPayout(tx, payoutId),
      tx.ask(askSigning(ctx, { payoutId, challengeId: input.challengeId, person }), askStopped, askReserve(ctx.now)),
      consumeCode(tx, code),
    ]);
    const statement = requireUnchanged(loaded);
    if (challenge === null) throw conflict("challenge_invalid", "This confirmation has expired or was already used. Look at the statement again and sign anew.");
    if (challenge.payoutVersion !== loaded.payout.version || !sameDigest(challenge.digest, statement.digest)) throw statementChanged();
    refuse(mayApprove(deciderOf(ctx), factsOf(loaded, votes), { now: ctx.now, stopped, reserve: null }));
    return sign(tx, { loaded, statement, person, challengeId: input.challengeId, basis });
  });
}

const signingShape = z.object({
  challenge: z.nullable(z.object({ digest: bytes, payoutVersion: z.int() })),
  votes: z.array(z.object({ approverId: z.string(), digest: bytes, at: instant, factor: z.enum(["totp"]) })),
});

function askSigning(ctx: Ctx, of: { payoutId: string; challengeId: string; person: UserActor }): Ask<z.output<typeof signingShape>> {
  const { payoutId, challengeId, person } = of;
  return {
    call: "signing_facts",
    given: { payoutId, challengeId, userId: person.userId, sessionId: person.sessionId, now: ctx.now },
    read: (answer) => z.parse(signingShape, answer),
  };
}

const columns = getTableColumns(payoutApprovals);

type Signing = { loaded: LoadedPayout; statement: Statement; person: UserActor; challengeId: string; basis: Parameters<typeof reserveFrom>[1] };

async function sign(tx: Tx, { loaded, statement, person, challengeId, basis }: Signing): Promise<PayoutOutcome> {
  const { payout } = loaded;
  const given = payout.approvalsGiven + 1;
  const last = given >= payout.approvalsNeeded;
  const approvalId = newId("approval");
  const after = { ...payout, approvalsGiven: given, status: last ? ("approved" as const) : payout.status };
  const row = { id: approvalId, payoutId: payout.id, approverId: person.userId, challengeId, digest: statement.digest, statement: statement.text, factor: "totp", at: tx.ctx.now };
  tx.later({ call: "sign_payouts", row: { ...jsonRow(columns, row), version: payout.version, given, status: after.status } });
  if (last) keepReserve(tx, { accountId: payout.accountId, payoutId: payout.id, stage: "approve" }, await reserveFrom(tx, basis));
  await Promise.all([
    last ? indexPayout(tx, after, loaded.beneficiary.last4) : undefined,
    recordEvidence(tx, {
      kind: "payout",
      sourceId: payout.id,
      channel: "decision",
      sentence: `Signed (${given} of ${payout.approvalsNeeded}) with a fresh code for exactly this statement.`,
      reference: `payout_approvals/${approvalId}`,
      detail: { digest: statement.digestHex },
    }),
    recordAudit(tx, {
      verb: "payout.approve",
      objectKind: "payout",
      objectId: payout.id,
      before: { status: payout.status, approvals: payout.approvalsGiven },
      after: { status: after.status, approvals: given, digest: statement.digestHex, approvalId },
    }),
    last ? enqueue(tx, { name: "payout.dispatch", key: payout.id, payload: { payoutId: payout.id } }) : undefined,
  ]);
  return toOutcome(after);
}

function requireUnchanged(loaded: LoadedPayout): Statement {
  const statement = statementOf(loaded);
  if (!statement.unchanged)
    throw conflict("statement_broken", "What this payout says no longer matches its own digest. Nobody can sign it; reject it and tell the security admin.");
  return statement;
}

function statementChanged() {
  return conflict("statement_changed", "This payout changed since you looked at it. Read it again before you sign.");
}
