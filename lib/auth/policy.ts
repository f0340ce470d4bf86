// Pure decisions of sign-in: how long a session lives, when guessing is stopped, which roles may meet in one person.
import { roleLabels, toxicPairs, type Role } from "@/lib/access";
import type { Decision } from "@/lib/errors";
import { hourMs, minuteMs, plusMs, secondMs } from "@/lib/time";
import { passwordLength } from "./contract.ts";

export const sessionRules = {
  idleMs: 15 * minuteMs,
  absoluteMs: 8 * hourMs,
  /** A verified password without its second factor is worth little and lives shortly. */
  pendingMs: 10 * minuteMs,
  perPersonMax: 3,
  touchEveryMs: minuteMs,
  ticketMs: minuteMs,
} as const;

/** Failures so far in the current window, as stored per key. */
export type LimitState = { windowStart: Date; failures: number; blockedUntil: Date | null };

/** After how many failures in `windowMs` a key is blocked, and for how long. */
export type LimitRule = { windowMs: number; blockMs: (failures: number) => number };

const lockAfter = 10;

export const limitRules = {
  /** Five failures start delays of 1, 2, 4 … 30 s; ten lock the account for half an hour. */
  password: { windowMs: 30 * minuteMs, blockMs: (failures) => (failures >= lockAfter ? 30 * minuteMs : failures >= 5 ? Math.min(30, 2 ** (failures - 5)) * secondMs : 0) },
  address: { windowMs: 15 * minuteMs, blockMs: (failures) => (failures >= 20 ? 15 * minuteMs : 0) },
  code: { windowMs: 15 * minuteMs, blockMs: (failures) => (failures >= 5 ? 15 * minuteMs : 0) },
} as const satisfies Record<string, LimitRule>;

export function isBlocked(state: LimitState | null, now: Date): boolean {
  const until = state?.blockedUntil ?? null;
  return until !== null && until > now;
}

/** The state after one more failure at `now`; a window that has passed is forgotten. */
export function afterFailure(state: LimitState | null, rule: LimitRule, now: Date): LimitState {
  const current = state !== null && now < plusMs(state.windowStart, rule.windowMs) ? state : { windowStart: now, failures: 0, blockedUntil: null };
  const failures = current.failures + 1;
  const blockMs = rule.blockMs(failures);
  return { windowStart: current.windowStart, failures, blockedUntil: blockMs === 0 ? null : plusMs(now, blockMs) };
}

/** Whether one person may hold all of `held`. */
export function mayHoldTogether(held: readonly Role[]): Decision {
  const met = toxicPairs.filter(([one, other]) => held.includes(one) && held.includes(other));
  if (met.length === 0) return { allowed: true };
  return {
    allowed: false,
    reasons: met.map(([one, other]) => ({
      code: "toxic_roles",
      sentence: `${roleLabels[one]} and ${roleLabels[other]} in one person would let them move money alone.`,
      wayOut: "Give one of the two roles to someone else.",
    })),
  };
}

export function mayBePassword(password: string): Decision {
  const length = Array.from(password).length;
  if (length >= passwordLength.min && length <= passwordLength.max) return { allowed: true };
  return { allowed: false, reasons: [{ code: "password_length", sentence: `A password has ${passwordLength.min} to ${passwordLength.max} characters.` }] };
}
