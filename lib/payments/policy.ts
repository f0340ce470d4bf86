import type { Decision } from "@/lib/errors";
import { paise, type Paise } from "@/lib/money";
import { paymentStatusList, type LinkStatus, type PaymentStatus } from "./contract.ts";

/** The largest single link: ₹10,00,000. */
export const linkMaxPaise: Paise = paise(100_000_000n);

/** Where a payment stands once both facts are known: order of arrival does not matter. */
export function laterPaymentStatus(left: PaymentStatus, right: PaymentStatus): PaymentStatus {
  return paymentStatusList.indexOf(right) > paymentStatusList.indexOf(left) ? right : left;
}

/** What the gateway's word for a payment means here. Only a captured success is success; a word we do not know is still open. */
export function paymentStatusOf(told: { status: string; isCaptured: boolean }): PaymentStatus {
  if (told.status === "SUCCESS") return told.isCaptured ? "succeeded" : "pending";
  if (told.status === "FAILED" || told.status === "CANCELLED" || told.status === "VOID") return "failed";
  return told.status === "USER_DROPPED" ? "dropped" : "pending";
}

/** Where a link stands after the gateway said `told`: what ended stays ended, but money already on its way still counts. */
export function nextLinkStatus(now: LinkStatus, told: LinkStatus): LinkStatus {
  if (now === "paid" || now === "refused") return now;
  if (now === "expired" || now === "cancelled") return told === "paid" || told === "partially_paid" ? told : now;
  return now !== "creating" && told === "creating" ? now : told;
}

/** Whether a link may be cancelled now. */
export function canCancelLink(status: LinkStatus): Decision {
  if (status === "active") return { allowed: true };
  const why: Record<Exclude<LinkStatus, "active">, { sentence: string; wayOut?: string }> = {
    creating: { sentence: "The gateway has not confirmed this link yet.", wayOut: "Wait a few seconds and try again." },
    partially_paid: { sentence: "Part of it is paid, so it cannot be cancelled.", wayOut: "Let it expire, or refund the payment." },
    paid: { sentence: "It is already paid.", wayOut: "Refund the payment instead." },
    expired: { sentence: "It has already expired." },
    cancelled: { sentence: "It is already cancelled." },
    refused: { sentence: "The gateway never opened this link." },
  };
  return { allowed: false, reasons: [{ code: `link_${status}`, ...why[status] }] };
}

/** Whether a link over this amount may be made. */
export function canCreateLink(amountPaise: Paise, accountOpen: boolean): Decision {
  const reasons = [];
  if (amountPaise > linkMaxPaise) reasons.push({ code: "link_amount", sentence: "A link may ask for at most ₹10,00,000.", wayOut: "Make several links." });
  if (!accountOpen) reasons.push({ code: "account_closed", sentence: "This account is closed.", wayOut: "Choose another account." });
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}
