import { withTransaction, type Ctx } from "@/lib/context";
import { toIst } from "@/lib/time";
import { listAttempts, lockPayout, reachedNobody } from "../load.ts";
import { isTimedHold } from "../policy.ts";
import { end, unhold } from "./decide.ts";

/** Moves a held payout on once its cool-off is over and nothing else holds it. Does nothing when it is not due. */
export async function endCoolOff(ctx: Ctx, payoutId: string): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const loaded = await lockPayout(tx, payoutId);
    const { payout } = loaded;
    if (payout.status !== "held" || payout.holdUntil === null || payout.holdUntil > ctx.now) return;
    const left = payout.holdReasons.filter((reason) => !isTimedHold(reason.code));
    await unhold(
      tx,
      { ...loaded, payout: { ...payout, holdUntil: null } },
      {
        left,
        reason: null,
        verb: "payout.cool_off_end",
        sentence: left.length === 0 ? "Its cool-off is over; it waits for approval." : "Its cool-off is over; a risk analyst must still release it.",
        channel: "system",
      },
    );
  });
}

/** Ends a payout nobody decided, or that could not be sent, within its time. Does nothing when it is not due. */
export async function expirePayout(ctx: Ctx, payoutId: string): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const [loaded, attempts] = await Promise.all([lockPayout(tx, payoutId), listAttempts(tx, payoutId)]);
    const { payout } = loaded;
    const waits = ["pending_approval", "held", "approved"].includes(payout.status) || (payout.status === "submitting" && reachedNobody(attempts));
    if (!waits || payout.expiresAt > ctx.now) return;
    const reason = payout.status === "approved" || payout.status === "submitting" ? "It was approved but could not be sent in time." : "Nobody decided it in time.";
    await end(tx, loaded, { status: "expired", reason, verb: "payout.expire", sentence: `Expired at ${toIst(payout.expiresAt)}. ${reason}` });
  });
}
