import { can, type Holder } from "@/lib/access";
import type { Decision, Reason } from "@/lib/errors";
import type { SettingName } from "@/lib/policies/contract";

/** How many different people must agree before stopped payouts run again. */
export const restartsNeeded = 2;

type OpenStop = { stoppedBy: string; restartedBy: readonly string[] };

/**
 * Whether this person's vote may count towards restarting: not the one who stopped, and one vote each. Where enough have signed
 * and it did not restart (one of them could not, when the other did), any of them says so again.
 */
export function mayRestart(holder: Holder & { userId: string }, stop: OpenStop): Decision {
  const reasons: Reason[] = [];
  const access = can(holder, "payouts.restart");
  if (!access.allowed) reasons.push(...access.reasons);
  if (holder.userId === stop.stoppedBy)
    reasons.push({ code: "own_stop", sentence: "You stopped payouts, so others must restart them.", wayOut: "Ask two other people who may restart." });
  if (stop.restartedBy.includes(holder.userId) && stop.restartedBy.length < restartsNeeded)
    reasons.push({ code: "already_voted", sentence: "You have already signed this restart.", wayOut: "One more person must sign." });
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

/** Whether this person may let a proposal take effect or turn it down: an administrator who is not its proposer. */
export function mayDecideSetting(holder: Holder & { userId: string }, proposal: { proposedBy: string }): Decision {
  const reasons: Reason[] = [];
  const access = can(holder, "settings.decide");
  if (!access.allowed) reasons.push(...access.reasons);
  if (holder.userId === proposal.proposedBy)
    reasons.push({ code: "own_proposal", sentence: "You proposed this change, so another person must decide it.", wayOut: "Ask another owner or security admin." });
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

/** Why some settings may not stand beside each other, as a sentence; null when they may. */
export function whyTogetherNot(valueOf: (name: SettingName) => unknown): string | null {
  if (BigInt(String(valueOf("twoApproverFromPaise"))) > BigInt(String(valueOf("payoutMaxPaise"))))
    return "Two approvers would never be asked for: the amount from which they are needed is above the largest payout.";
  if (Number(valueOf("idleMinutes")) > Number(valueOf("absoluteHours")) * 60) return "The idle limit would be longer than the longest session.";
  return null;
}
