// What a payout's request is decided by: its rail, its fee, how many must sign, and every reason against it.
import { can, type Holder } from "@/lib/access";
import { unless, whyNot, type Decision, type Reason } from "@/lib/errors";
import { canHold } from "@/lib/ledger/policy";
import { formatPaiseShort, paise, type Paise } from "@/lib/money";
import type { PayoutRail } from "./contract.ts";

const impsMax = paise(50_000_000n);
const upiMax = paise(10_000_000n);

/** The rail an amount takes to a kind of destination; null when none carries it. */
export function railFor(kind: "bank_account" | "vpa", amountPaise: Paise): PayoutRail | null {
  if (kind === "vpa") return amountPaise <= upiMax ? "upi" : null;
  return amountPaise <= impsMax ? "imps" : "neft";
}

/** What the account is charged for a payout. The house carries the gateway's fee, so nothing is added today. */
export function feeFor(): Paise {
  return paise(0n);
}

/** How many different people must sign. */
export function approvalsNeededFor(asked: { amountPaise: Paise; twoFromPaise: Paise; firstPayout: boolean }): 1 | 2 {
  return asked.firstPayout || asked.amountPaise >= asked.twoFromPaise ? 2 : 1;
}

export function approvalsSentence(asked: { amountPaise: Paise; twoFromPaise: Paise; firstPayout: boolean }): string {
  if (asked.firstPayout) return "Two finance admins must sign: no payout to this beneficiary has succeeded yet.";
  if (asked.amountPaise >= asked.twoFromPaise) return `Two finance admins must sign: it is ${formatPaiseShort(asked.twoFromPaise)} or more.`;
  return "One finance admin must sign.";
}

export type Figures = { balancePaise: Paise; heldPaise: Paise; reservePaise: Paise };

export type RequestFacts = {
  accountActive: boolean;
  payoutsEnabled: boolean;
  beneficiary: { accountMatches: boolean; active: boolean; kind: "bank_account" | "vpa" } | null;
  amountPaise: Paise | null;
  maxPaise: Paise;
  duplicate: { id: string; minutes: number } | null;
  /** Null where the ledger decides by itself, under the lock. */
  figures: Figures | null;
};

/** Whether a request may become a payout now. */
export function mayRequest(holder: Holder, facts: RequestFacts): Decision {
  const reasons: Reason[] = [];
  const access = can(holder, "payouts.create");
  if (!access.allowed) reasons.push(...access.reasons);
  if (!facts.accountActive) reasons.push({ code: "account_closed", sentence: "This account is closed.", wayOut: "Choose another account." });
  if (!facts.payoutsEnabled)
    reasons.push({ code: "payouts_disabled", sentence: "Payouts from this account are stopped.", wayOut: "Ask a finance admin to look at the account's balance and reserve." });
  reasons.push(...beneficiaryReasons(facts), ...amountReasons(facts));
  return unless(reasons);
}

function beneficiaryReasons({ beneficiary }: RequestFacts): Reason[] {
  if (beneficiary === null) return [];
  if (!beneficiary.accountMatches)
    return [{ code: "beneficiary_of_other_account", sentence: "This beneficiary belongs to another account.", wayOut: "Choose one of this account's beneficiaries." }];
  if (!beneficiary.active) return [{ code: "beneficiary_retired", sentence: "This beneficiary is retired.", wayOut: "Choose the one that replaced it." }];
  return [];
}

function amountReasons(facts: RequestFacts): Reason[] {
  const { amountPaise, figures, duplicate } = facts;
  const reasons: Reason[] = [];
  if (amountPaise === null) return reasons;
  if (amountPaise > facts.maxPaise)
    reasons.push({
      code: "over_limit",
      sentence: `One payout may be at most ${formatPaiseShort(facts.maxPaise)}.`,
      wayOut: "Ask for less, or have the limit changed by two people.",
    });
  if (facts.beneficiary !== null && railFor(facts.beneficiary.kind, amountPaise) === null) {
    reasons.push({ code: "no_rail", sentence: `UPI carries at most ${formatPaiseShort(upiMax)} at a time.`, wayOut: "Pay to a bank account of this payee instead." });
  }
  if (duplicate !== null) {
    reasons.push({
      code: "duplicate",
      sentence: `The same amount to this beneficiary was asked for less than ${duplicate.minutes} minutes ago (${duplicate.id}).`,
      wayOut: "If it is meant twice, wait until that time has passed; else use the first one.",
    });
  }
  if (figures !== null) reasons.push(...whyNot(canHold({ ...figures, amountPaise })));
  return reasons;
}
