// Signatures of people who may not sign any more: taken off while the payout is still here, so that others sign in their place.
import { payoutWithdrawals } from "@/db/schema/payouts";
import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx, type Tx } from "@/lib/context";
import { conflict } from "@/lib/errors";
import { reasonWords } from "@/lib/http/act-words";
import { recordEvent } from "@/lib/monitoring";
import { recordEvidence } from "@/lib/transactions";
import { changePayout, indexPayout, lockPayout, type LoadedPayout } from "../load.ts";
import { countedVotes, listVotes, type Vote } from "../votes.ts";

/** Takes off what somebody signed who may not sign any more. Does nothing when every signer may, or it has begun to be sent. */
export async function withdrawSignatures(ctx: Ctx, payoutId: string): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const loaded = await lockPayout(tx, payoutId);
    await withdrawGone(tx, loaded, await listVotes(tx, payoutId));
  });
}

/** As `withdrawSignatures`, for who holds the payout's lock; false when there was nothing to take off. */
export async function withdrawGone(tx: Tx, { payout }: LoadedPayout, votes: readonly Vote[]): Promise<boolean> {
  const counted = countedVotes(votes, payout.digest);
  const taken = counted.flatMap((vote) => (vote.gone === null ? [] : [{ ...vote, gone: vote.gone }]));
  if (taken.length === 0 || !["pending_approval", "held", "approved"].includes(payout.status)) return false;
  const status = payout.status === "approved" ? ("pending_approval" as const) : payout.status;
  const given = counted.length - taken.length;
  await tx.db.insert(payoutWithdrawals).values(taken.map((vote) => ({ approvalId: vote.id, payoutId: payout.id, reason: vote.gone, at: tx.ctx.now })));
  const change = { status, approvalsGiven: given, stuck: null, nextCheckAt: null };
  const [moved] = await Promise.all([
    changePayout(tx, payout, change),
    indexPayout(tx, { ...payout, ...change }),
    ...taken.flatMap((vote) => [
      recordEvidence(tx, {
        kind: "payout",
        sourceId: payout.id,
        channel: "system",
        sentence: `A signature no longer counts. ${reasonWords(vote.gone)}. ${given} of ${payout.approvalsNeeded} are left; others must sign.`,
        reference: `payout_approvals/${vote.id}`,
        detail: { reason: vote.gone },
      }),
      recordAudit(tx, {
        verb: "payout.withdraw_signature",
        objectKind: "payout",
        objectId: payout.id,
        reason: vote.gone,
        before: { status: payout.status, approvals: payout.approvalsGiven },
        after: { status, approvals: given, approvalId: vote.id, approverId: vote.approverId },
      }),
      recordEvent(tx, { event: "payout.signature_withdrawn", subjectUserId: vote.approverId, fields: { payoutId: payout.id, reason: vote.gone } }),
    ]),
  ]);
  if (!moved) throw conflict("payout_moved", "Somebody else decided this payout at the same moment. Look again.");
  return true;
}
