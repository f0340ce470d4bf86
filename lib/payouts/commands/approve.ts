import { getTableColumns } from "drizzle-orm";
import * as z from "zod/mini";
import { namedRow, type Ask } from "@/db/calls";
import { payoutApprovals } from "@/db/schema/payouts";
import { recordAudit } from "@/lib/audit";
import { askUse, checkCode, consumePasskey, spendingCode, toSignPayout, type CheckedCode, type CheckedPasskey } from "@/lib/auth";
import { freezeReasons } from "@/lib/auth/contract";
import { withTransaction, type Ctx, type Tx, type UserActor } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { enqueue } from "@/lib/jobs";
import { askReserve, keepReserve, reserveFrom } from "@/lib/ledger";
import { askStopped } from "@/lib/settings";
import { recordEvidence } from "@/lib/transactions";
import { goneReasons, type ApprovePayoutInput, type PayoutOutcome } from "../contract.ts";
import { deciderOf, factsOf, indexPayout, lockPayout, requirePerson, toOutcome, type LoadedPayout } from "../load.ts";
import { mayApprove } from "../policy.ts";
import { bytes, instant } from "../answers.ts";
import { sameDigest, type Statement } from "../statement.ts";
import { tellingOwn } from "./own.ts";
import { challengeInvalid, checkPasskey, codeAllowed, refuseToSign, unchangedStatement, statementChanged } from "./challenge.ts";

/**
 * Signs a payout: one vote, by a second factor fresh for exactly this statement. The last needed vote meets the reserve
 * and sends it on its way, all in one transaction.
 */
export async function approvePayout(ctx: Ctx, payoutId: string, input: ApprovePayoutInput): Promise<PayoutOutcome> {
  const person = requirePerson(ctx, "payouts.approve");
  const factor = await checkFactor(ctx, { person, payoutId }, input);
  const act = (): Promise<PayoutOutcome> => withTransaction(ctx, (tx) => judge(tx, { payoutId, person, factor, challengeId: input.challengeId }));
  // A code is spent even when the signature is refused.
  return tellingOwn(ctx, payoutId, () => (factor.kind === "totp" ? spendingCode(ctx, factor.code, act) : act()));
}

type Judged = { payoutId: string; person: UserActor; factor: Factor; challengeId: string };

async function judge(tx: Tx, { payoutId, person, factor, challengeId }: Judged): Promise<PayoutOutcome> {
  const { ctx } = tx;
  const [[{ votes, challenge, freeze }, stopped, basis], loaded] = await Promise.all([
    tx.ask(askSigning(ctx, { payoutId, challengeId, person }), askStopped, askReserve(ctx.now), ...(factor.kind === "totp" ? [askUse(ctx, factor.code)] : [])),
    lockPayout(tx, payoutId),
    factor.kind === "passkey" ? consumePasskey(tx, factor.passkey) : undefined,
  ]);
  const statement = unchangedStatement(loaded);
  if (challenge === null) throw challengeInvalid();
  if (challenge.payoutVersion !== loaded.payout.version || !sameDigest(challenge.digest, statement.digest)) throw statementChanged();
  refuseToSign(mayApprove(deciderOf(ctx), factsOf(loaded, votes), { now: ctx.now, stopped, reserve: null, freeze }));
  return sign(tx, { loaded, statement, person, challengeId, factor: factor.kind, basis });
}

/** A second factor that was looked up: a code is used up among what the signature asks, a passkey by a write beside it. */
type Factor = { kind: "totp"; code: CheckedCode } | { kind: "passkey"; passkey: CheckedPasskey };

/** Looks the second factor up; it is used up in the signature's own transaction. A passkey's answer fits its own challenge alone. */
async function checkFactor(ctx: Ctx, { person, payoutId }: Pick<Judged, "person" | "payoutId">, input: ApprovePayoutInput): Promise<Factor> {
  if (!("code" in input)) return { kind: "passkey", passkey: await checkPasskey(ctx, { person, payoutId }, input) };
  if (!(await codeAllowed())) throw new AppError("unprocessable", "passkey_needed", "Approvers sign with a passkey at this desk; a code is not enough.");
  return { kind: "totp", code: await checkCode(ctx, person.userId, { code: input.code, use: toSignPayout(payoutId) }) };
}

const gone = z.nullable(z.enum(goneReasons));
const signingShape = z.object({
  challenge: z.nullable(z.object({ digest: bytes, payoutVersion: z.int() })),
  votes: z.array(z.object({ id: z.string(), approverId: z.string(), digest: bytes, at: instant, factor: z.enum(["totp", "passkey"]), gone, withdrawn: z.nullable(instant) })),
  freeze: z.nullable(z.object({ reason: z.enum(freezeReasons), until: instant })),
});

function askSigning(ctx: Ctx, of: { payoutId: string; challengeId: string; person: UserActor }): Ask<z.output<typeof signingShape>> {
  const { payoutId, challengeId, person } = of;
  return {
    call: "signing_facts",
    given: { payout: payoutId, challenge: challengeId, person: person.userId, session: person.sessionId, now_at: ctx.now },
    read: (answer) => z.parse(signingShape, answer),
  };
}

const columns = getTableColumns(payoutApprovals);

type Signing = { loaded: LoadedPayout; statement: Statement; person: UserActor; challengeId: string; factor: Factor["kind"]; basis: Parameters<typeof reserveFrom>[1] };

async function sign(tx: Tx, { loaded, statement, person, challengeId, factor, basis }: Signing): Promise<PayoutOutcome> {
  const { payout } = loaded;
  const given = payout.approvalsGiven + 1;
  const last = given >= payout.approvalsNeeded;
  const approvalId = newId("approval");
  const after = { ...payout, approvalsGiven: given, status: last ? ("approved" as const) : payout.status };
  const row = { id: approvalId, payoutId: payout.id, approverId: person.userId, challengeId, digest: statement.digest, statement: statement.text, factor, at: tx.ctx.now };
  tx.later({ call: "sign_payout", row: { ...namedRow(columns, row), version: payout.version, given, status: after.status } });
  if (last) keepReserve(tx, { accountId: payout.accountId, payoutId: payout.id, stage: "approve" }, await reserveFrom(tx, basis));
  await Promise.all([
    last ? indexPayout(tx, after) : undefined,
    recordEvidence(tx, {
      kind: "payout",
      sourceId: payout.id,
      channel: "decision",
      sentence: `Signed (${given} of ${payout.approvalsNeeded}) with ${factor === "totp" ? "a fresh code" : "a passkey"} for exactly this statement.`,
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
