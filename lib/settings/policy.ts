import { can, type Holder } from "@/lib/access";
import type { Decision, Reason } from "@/lib/errors";

/** How many different people must agree before stopped payouts run again. */
export const restartsNeeded = 2;

type OpenStop = { stoppedBy: string; restartedBy: readonly string[] };

/** Whether this person's vote may count towards restarting: not the one who stopped, and one vote each. */
export function mayRestart(holder: Holder & { userId: string }, stop: OpenStop): Decision {
  const reasons: Reason[] = [];
  const access = can(holder, "payouts.restart");
  if (!access.allowed) reasons.push(...access.reasons);
  if (holder.userId === stop.stoppedBy)
    reasons.push({ code: "own_stop", sentence: "You stopped payouts, so others must restart them.", wayOut: "Ask two other people who may restart." });
  if (stop.restartedBy.includes(holder.userId)) reasons.push({ code: "already_voted", sentence: "You have already signed this restart.", wayOut: "One more person must sign." });
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}
