import { timeText } from "@/components/ui/time-format.ts";
import { formatPaiseShort, paise } from "@/lib/money";
import type { PayoutFilters } from "@/lib/payouts/client";
import type { PayoutRow, PayoutStatus } from "@/lib/payouts/contract";
import type { PayoutStanding } from "@/lib/transactions/contract";

/** Not knowing comes before any status; a paid payout without its credit says so. */
export function shownStatus(row: PayoutRow, now: string | null): { status: PayoutStanding; why: string | undefined } {
  if (row.unknownSince !== null) return { status: "unknown", why: `since ${timeText(row.unknownSince, now)}` };
  if (row.status === "succeeded") return { status: "succeeded", why: row.creditConfirmed ? undefined : "credit not yet confirmed" };
  if (row.status === "pending_approval") return { status: "pending_approval", why: `${row.approvals.given} of ${row.approvals.needed} signed` };
  return { status: row.status, why: undefined };
}

/** "₹1,000 to M•••• S••• ••1191": what every act about this payout names. */
export function actObject(row: Pick<PayoutRow, "amountPaise" | "payee">): string {
  return `${formatPaiseShort(paise(BigInt(row.amountPaise)))} to ${payeeText(row.payee)}`;
}

export function payeeText(payee: { name: string; last4: string }): string {
  return payee.last4 === "" ? payee.name : `${payee.name} ••${payee.last4}`;
}

/** Statuses in which the payout's end is still open. */
export function isUndecided(status: PayoutStatus): boolean {
  return status === "pending_approval" || status === "held";
}

export function isMoving(row: Pick<PayoutRow, "status" | "unknownSince">): boolean {
  return row.status === "approved" || row.status === "submitting" || row.status === "in_flight" || row.unknownSince !== null;
}

/** The list's address for these filters. */
export function payoutsHref(filters: PayoutFilters, id: string | null = null): string {
  const params = new URLSearchParams(Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  if (id !== null) params.set("id", id);
  return params.size === 0 ? "/payouts" : `/payouts?${params}`;
}
