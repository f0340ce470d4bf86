import type { RuleCode } from "../contract.ts";
import { firstPayout } from "./first-payout.ts";
import type { Rule } from "./rule.ts";
import { unusualAmount } from "./unusual-amount.ts";
import { velocity } from "./velocity.ts";

const registry: Record<RuleCode, Rule> = { velocity, first_payout: firstPayout, unusual_amount: unusualAmount };

/** Every rule a payout is screened by; the compiler keeps the registry complete. */
export const rules: readonly Rule[] = Object.values(registry);
