import type { Paise } from "@/lib/money";
import type { RuleCode } from "../contract.ts";

/** Everything the starter rules look at, loaded once per screening. */
export type RiskFacts = {
  now: Date;
  amountPaise: Paise;
  /** Payouts the account asked for in the last 24 h, counted up to the limit. */
  recentPayouts: number;
  velocityMax: number;
  coolOffUntil: Date;
  paidBefore: boolean;
  /** Succeeded payouts of the account in the last 30 days, and their 95th percentile (null without any). */
  sample: number;
  usualPaise: Paise | null;
  /** How many tenths of the usual amount count as far above it. */
  unusualTenths: number;
};

/** What one rule found. `releasesAt` is set when the reason to hold ends by itself at a known time. */
type RuleOutcome = { hit: boolean; sentence: string; operands: Record<string, string>; releasesAt?: Date };

/** A rule is pure: facts in, finding out. One that throws holds the payout. */
export type Rule = { code: RuleCode; evaluate: (facts: RiskFacts) => RuleOutcome };
