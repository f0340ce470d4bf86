import { maskAccount } from "@/lib/privacy/policy";

/** "••4821"; all bullets when the destination is too short to show a part of it. */
export function maskedDestination(last4: string): string {
  return last4 === "" ? "••••" : maskAccount(last4);
}

/** Whether payouts to a beneficiary go on without a hold. */
export function hasCooledOff(facts: { coolOffUntil: Date; now: Date }): boolean {
  return facts.now >= facts.coolOffUntil;
}
