import { hourMs, minuteMs, plusMs, secondMs } from "@/lib/time";

/** Pauses between questions about one transfer: short while news is likely, then patient. */
const pauses = [2 * secondMs, 5 * secondMs, 15 * secondMs, minuteMs, 2 * minuteMs, 5 * minuteMs, 15 * minuteMs] as const;

/** When to ask next after `checks` questions without news. */
export function nextCheck(now: Date, checks: number): Date {
  return plusMs(now, pauses[Math.min(checks, pauses.length - 1)] ?? 15 * minuteMs);
}

/** After this long no call of a try can still be under way: register, look up and send each have the gateway's deadline. */
export function callMs(timeoutMs: number): number {
  return 3 * timeoutMs + 10 * secondMs;
}

/** The later of our own pace and what a gateway that is asked too often wants; null stays null. */
export function notBefore(now: Date, at: Date | null, retryAfterSeconds: number | null): Date | null {
  if (at === null || retryAfterSeconds === null) return at;
  const wanted = plusMs(now, retryAfterSeconds * secondMs);
  return wanted > at ? wanted : at;
}

/** How long a paid transfer is looked at again, because banks send money back days later. */
export const samplingMs = 48 * hourMs;

/** When to look again at a paid transfer; null once nothing more is expected. */
export function nextSample(now: Date, paid: { settledAt: Date; confirmed: boolean; checks: number }): Date | null {
  if (now >= plusMs(paid.settledAt, samplingMs)) return null;
  return paid.confirmed ? plusMs(now, 6 * hourMs) : nextCheck(now, paid.checks);
}

/** "Not found" is no proof of absence before this long after the last try. */
export const absenceMs = 24 * hourMs;

/** How long a payout that could not be looked after stands back for the others. */
export const troubledPauseMs = minuteMs;

/** How long dispatch waits before it looks again at a payout that something is in the way of. */
export const stuckPauseMs = 15 * secondMs;
