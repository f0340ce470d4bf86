import type { Decision } from "@/lib/errors";
import { maskAccount } from "@/lib/privacy/policy";

/** "••4821"; all bullets when the destination is too short to show a part of it. */
export function maskedDestination(last4: string): string {
  return last4 === "" ? "••••" : maskAccount(last4);
}

/** Whether payouts to a beneficiary go on without a hold. */
export function hasCooledOff(facts: { coolOffUntil: Date; now: Date }): boolean {
  return facts.now >= facts.coolOffUntil;
}

/** Whether a beneficiary may be asked to receive a payout of this account at all. */
export function canBePaid(facts: { status: "active" | "retired"; sameAccount: boolean }): Decision {
  if (!facts.sameAccount) return { allowed: false, reasons: [{ code: "beneficiary_elsewhere", sentence: "This beneficiary belongs to another account." }] };
  if (facts.status === "retired") return { allowed: false, reasons: [{ code: "beneficiary_retired", sentence: "This beneficiary's details were replaced.", wayOut: "Pick the beneficiary with the newer details." }] };
  return { allowed: true };
}
