import { maskAccount } from "@/lib/privacy/policy";

/** "••4821", or "••@okbank" of a UPI address; all bullets when nothing of the destination may be shown. */
export function maskedDestination(last4: string): string {
  if (last4.startsWith("@")) return `••${last4}`;
  return last4 === "" ? "••••" : maskAccount(last4);
}

/** Whether payouts to a beneficiary go on without a hold. */
export function hasCooledOff(facts: { coolOffUntil: Date; now: Date }): boolean {
  return facts.now >= facts.coolOffUntil;
}
