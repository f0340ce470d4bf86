/** A payout's life. `draft` holds no money; every later state before `approved` holds it, see lib/ledger. */
export const payoutStatuses = [
  "draft",
  "pending_approval",
  "held",
  "approved",
  "submitting",
  "in_flight",
  "succeeded",
  "failed",
  "reversed",
  "rejected",
  "cancelled",
  "expired",
] as const;

export type PayoutStatus = (typeof payoutStatuses)[number];

/** Every legal move, as data. db/rules/50-payouts.sql refuses the others; a test enumerates all pairs against it. */
export const payoutMoves: Record<PayoutStatus, readonly PayoutStatus[]> = {
  draft: ["pending_approval", "held", "cancelled"],
  pending_approval: ["approved", "held", "rejected", "cancelled", "expired"],
  held: ["pending_approval", "rejected", "cancelled", "expired"],
  approved: ["submitting", "pending_approval", "cancelled", "expired"],
  submitting: ["in_flight", "succeeded", "failed", "reversed", "cancelled", "expired"],
  in_flight: ["succeeded", "failed", "reversed"],
  succeeded: ["reversed"],
  failed: [],
  reversed: [],
  rejected: [],
  cancelled: [],
  expired: [],
};

/** The states a payout may be written in first. */
export const payoutBirths: readonly PayoutStatus[] = ["draft", "pending_approval", "held"];

export function mayMove(from: PayoutStatus, to: PayoutStatus): boolean {
  return payoutMoves[from].includes(to);
}

export function isFinal(status: PayoutStatus): boolean {
  return payoutMoves[status].length === 0;
}

/**
 * Attempts: `unknown` means the request may or may not have reached the gateway; it is asked about, never sent again blindly.
 * `absent` means that two people agreed, a day later, that the gateway has none of it.
 */
export const attemptStatuses = ["prepared", "accepted", "refused", "not_sent", "unknown", "absent"] as const;

export type AttemptStatus = (typeof attemptStatuses)[number];
