// Knowledge by asking: what became of a transfer is read from the gateway by its id, never assumed.
import { and, eq, lte } from "drizzle-orm";
import { payoutAttempts } from "@/db/schema/payouts";
import { recordAudit } from "@/lib/audit";
import { cashfree, type GatewayResult, type GatewayTransfer } from "@/lib/cashfree";
import { config } from "@/lib/config";
import { withTransaction, type Ctx, type Tx } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import { isId } from "@/lib/ids";
import { log } from "@/lib/monitoring";
import { clockNow, plusMs } from "@/lib/time";
import { recordEvidence } from "@/lib/transactions";
import { dispatchPayout } from "./dispatch.ts";
import { changePayout, indexPayout, listAttempts, loadPayout, lockPayout, reachedNobody, type LoadedPayout } from "./load.ts";
import { absenceMs, callMs, nextCheck, nextSample, notBefore } from "./pace.ts";
import { settleFromTruth, type TruthOutcome } from "./settle.ts";

/** `not_ours`: we have no such payout, or never sent it. `unanswered`: the gateway could not say. */
export type AppliedTruth = TruthOutcome | "not_ours" | "unanswered";

/** Reads a transfer from the gateway again and moves its payout forward to what it says. Safe to repeat in any order. */
export async function applyTransferTruth(ctx: Ctx, transferId: string): Promise<AppliedTruth> {
  const before = await findSent(transferId);
  if (before === null) return "not_ours";
  const result = await cashfree().getTransfer(transferId);
  return withTransaction({ ...ctx, now: clockNow() }, async (tx) => {
    const loaded = await lockPayout(tx, transferId);
    if (result.kind === "answer") return settleFromTruth(tx, loaded, result.value);
    await stillUnknown(tx, loaded, result);
    return "unanswered";
  });
}

async function findSent(transferId: string): Promise<LoadedPayout | null> {
  if (!isId("payout", transferId)) return null;
  try {
    const [loaded, attempts] = await Promise.all([loadPayout(transferId), listAttempts(null, transferId)]);
    const sent = ["submitting", "in_flight", "succeeded", "failed", "reversed"].includes(loaded.payout.status);
    // One let go after tries that surely reached nobody may still prove us wrong.
    return sent || attempts.length > 0 ? loaded : null;
  } catch (error) {
    if (isAppError(error, "payout_not_found")) return null;
    throw error;
  }
}

/** Looks after one payout whose time has come: sends it again if nothing was ever sent, else asks about it. */
export async function pursuePayout(ctx: Ctx, payoutId: string): Promise<void> {
  const [{ payout }, attempts] = await Promise.all([loadPayout(payoutId), listAttempts(null, payoutId)]);
  const unsent = payout.status === "approved" || (payout.status === "submitting" && reachedNobody(attempts));
  if (unsent) await dispatchPayout(ctx, payoutId);
  else await applyTransferTruth(ctx, payoutId);
}

type Unanswered = Exclude<GatewayResult<GatewayTransfer>, { kind: "answer" }>;

/** No news: ask again later. What is not found may still turn up, so it is never sent again for that. */
async function stillUnknown(tx: Tx, loaded: LoadedPayout, result: Unanswered): Promise<void> {
  const { payout } = loaded;
  const { now } = tx.ctx;
  const wanted = result.kind === "rate_limited" ? result.retryAfterSeconds : null;
  const checks = payout.checks + 1;
  if (payout.status === "succeeded" && payout.settledAt !== null) {
    await changePayout(tx, payout, { checks, nextCheckAt: notBefore(now, nextSample(now, { settledAt: payout.settledAt, confirmed: payout.creditConfirmed, checks }), wanted) });
    return;
  }
  if (payout.status !== "submitting" && payout.status !== "in_flight") return;
  const stuck = payout.stuck?.code === "gateway_mismatch" ? payout.stuck : stuckOf(result, payout.unknownSince !== null && now >= plusMs(payout.unknownSince, absenceMs));
  const change = {
    checks,
    nextCheckAt: notBefore(now, nextCheck(now, checks), wanted),
    stuck,
    unknownSince: payout.status === "submitting" || result.kind === "not_found" ? (payout.unknownSince ?? now) : payout.unknownSince,
  };
  await Promise.all([changePayout(tx, payout, change), markUnknown(tx, payout.id)]);
  if (payout.unknownSince === null && change.unknownSince !== null) await indexPayout(tx, { ...payout, ...change });
  if (payout.stuck?.code === stuck.code) return;
  log.warn({ payoutId: payout.id, problem: stuck.code }, "a payout's transfer is still unknown");
  await Promise.all([
    recordEvidence(tx, { kind: "payout", sourceId: payout.id, channel: "gateway", sentence: stuck.sentence, reference: `payouts/${payout.id}` }),
    recordAudit(tx, { verb: "payout.unknown", objectKind: "payout", objectId: payout.id, reason: stuck.code, outcome: "failed" }),
  ]);
}

/** A try whose process died before it could say anything is unknown once its call surely ended. */
async function markUnknown(tx: Tx, payoutId: string): Promise<void> {
  const endedBy = plusMs(tx.ctx.now, -callMs(config().cashfree.timeoutMs));
  await tx.db
    .update(payoutAttempts)
    .set({ status: "unknown", answeredAt: tx.ctx.now, outcome: "no_word" })
    .where(and(eq(payoutAttempts.payoutId, payoutId), eq(payoutAttempts.status, "prepared"), lte(payoutAttempts.preparedAt, endedBy)));
}

function stuckOf(result: Unanswered, absent: boolean): { code: string; sentence: string } {
  if (result.kind !== "not_found") return { code: "unanswered", sentence: "Cashfree was asked and could not say. It is asked again by itself." };
  if (absent)
    return {
      code: "absent",
      sentence:
        "Cashfree has not known this transfer for a day. Nothing is sent again by itself; two finance admins must agree to send it again under the same id, or to give it up.",
    };
  return { code: "not_found", sentence: "Cashfree does not know this transfer yet. That is no proof that it never will, so nothing is sent again." };
}
