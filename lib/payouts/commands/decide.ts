import { recordAudit } from "@/lib/audit";
import { withTransaction, type Ctx, type Tx } from "@/lib/context";
import { conflict, refuseUnless, type Decision } from "@/lib/errors";
import { releaseHold } from "@/lib/ledger";
import { recordEvidence } from "@/lib/transactions";
import type { PayoutOutcome, PayoutReasonInput } from "../contract.ts";
import { changePayout, deciderOf, factsOf, indexPayout, listAttempts, lockPayout, requirePerson, toOutcome, type LoadedPayout, type PayoutRecord } from "../load.ts";
import { tellingOwn } from "./own.ts";
import { isTimedHold, mayCancel, mayReject, mayRelease } from "../policy.ts";
import { listVotes } from "../votes.ts";

/** Refuses a payout for good, with a reason, and gives its hold back. */
export async function rejectPayout(ctx: Ctx, payoutId: string, input: PayoutReasonInput): Promise<PayoutOutcome> {
  requirePerson(ctx, "payouts.reject");
  return withTransaction(ctx, async (tx) => {
    const { loaded, facts } = await lockWithFacts(tx, payoutId);
    refuse(mayReject(deciderOf(ctx), facts), "reject_refused");
    return end(tx, loaded, { status: "rejected", reason: input.reason, verb: "payout.reject", sentence: `Rejected: ${input.reason}` });
  });
}

/** Lets the maker take the request back until it has begun to be sent, and gives its hold back. */
export async function cancelPayout(ctx: Ctx, payoutId: string, input: PayoutReasonInput): Promise<PayoutOutcome> {
  requirePerson(ctx, "payouts.cancel");
  return withTransaction(ctx, async (tx) => {
    const { loaded, facts } = await lockWithFacts(tx, payoutId);
    refuse(mayCancel(deciderOf(ctx), facts), "cancel_refused");
    return end(tx, loaded, { status: "cancelled", reason: input.reason, verb: "payout.cancel", sentence: `Withdrawn by its maker: ${input.reason}` });
  });
}

/** Clears what the risk screen held it for. It moves on at once, unless a cool-off still has to end. */
export async function releasePayout(ctx: Ctx, payoutId: string, input: PayoutReasonInput): Promise<PayoutOutcome> {
  requirePerson(ctx, "payouts.release");
  return tellingOwn(ctx, payoutId, () =>
    withTransaction(ctx, async (tx) => {
      const { loaded, facts } = await lockWithFacts(tx, payoutId);
      refuse(mayRelease(deciderOf(ctx), facts), "release_refused");
      const left = loaded.payout.holdReasons.filter((reason) => isTimedHold(reason.code) && loaded.payout.holdUntil !== null && loaded.payout.holdUntil > ctx.now);
      return unhold(tx, loaded, { left, reason: input.reason, verb: "payout.release", sentence: `Released by a risk analyst: ${input.reason}`, channel: "decision" });
    }),
  );
}

type Ending = { status: "rejected" | "cancelled" | "expired"; reason: string; verb: string; sentence: string };

/** Ends a payout that never left, giving back its hold in the same `tx`. */
export async function end(tx: Tx, loaded: LoadedPayout, ending: Ending): Promise<PayoutOutcome> {
  const { payout } = loaded;
  const after: PayoutRecord = { ...payout, status: ending.status, endReason: ending.reason, nextCheckAt: null, stuck: null };
  const [moved, released] = await Promise.all([
    changePayout(tx, payout, { status: ending.status, endReason: ending.reason, nextCheckAt: null, stuck: null }),
    payout.status === "draft" ? true : releaseHold(tx, { payoutId: payout.id }),
    indexPayout(tx, after),
    recordEvidence(tx, { kind: "payout", sourceId: payout.id, channel: "decision", sentence: ending.sentence, reference: `payouts/${payout.id}` }),
    recordAudit(tx, { verb: ending.verb, objectKind: "payout", objectId: payout.id, reason: ending.reason, before: { status: payout.status }, after: { status: ending.status } }),
  ]);
  if (!moved) throw conflict("payout_moved", "Somebody else decided this payout at the same moment. Look again.");
  if (!released) throw conflict("hold_missing", "No money is set aside for this payout any more.");
  return toOutcome(after);
}

type Unholding = { left: { code: string; sentence: string }[]; reason: string | null; verb: string; sentence: string; channel: "decision" | "system" };

/** Takes reasons off a held payout; without any left it waits for approval. */
export async function unhold(tx: Tx, loaded: LoadedPayout, unholding: Unholding): Promise<PayoutOutcome> {
  const { payout } = loaded;
  const { left } = unholding;
  const status = left.length === 0 ? ("pending_approval" as const) : payout.status;
  const holdUntil = left.length === 0 ? null : payout.holdUntil;
  const after: PayoutRecord = { ...payout, status, holdReasons: left, holdUntil };
  const [moved] = await Promise.all([
    changePayout(tx, payout, { status, holdReasons: left, holdUntil }),
    indexPayout(tx, after),
    recordEvidence(tx, { kind: "payout", sourceId: payout.id, channel: unholding.channel, sentence: unholding.sentence, reference: `payouts/${payout.id}` }),
    recordAudit(tx, {
      verb: unholding.verb,
      objectKind: "payout",
      objectId: payout.id,
      reason: unholding.reason,
      before: { status: payout.status, holds: payout.holdReasons.map((item) => item.code).join(",") },
      after: { status, holds: left.map((item) => item.code).join(",") },
    }),
  ]);
  if (!moved) throw conflict("payout_moved", "Somebody else decided this payout at the same moment. Look again.");
  return toOutcome(after);
}

async function lockWithFacts(tx: Tx, payoutId: string) {
  const [loaded, votes, attempts] = await Promise.all([lockPayout(tx, payoutId), listVotes(tx, payoutId), listAttempts(tx, payoutId)]);
  return { loaded, facts: factsOf(loaded, votes, attempts) };
}

function refuse(decision: Decision, kind: string): void {
  const own = !decision.allowed && decision.reasons.some((reason) => reason.code === "own_payout" || reason.code === "not_own_payout");
  refuseUnless(decision, own ? "forbidden" : "conflict", kind);
}
