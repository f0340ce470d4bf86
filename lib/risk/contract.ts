import * as z from "zod/mini";

/** Every rule's code; the registry in rules/ is exhaustive over this list. */
export const ruleCodes = ["velocity", "first_payout", "unusual_amount"] as const;
export type RuleCode = (typeof ruleCodes)[number];

export const ruleLabels: Record<RuleCode, string> = {
  velocity: "Many payouts in a day",
  first_payout: "First payout to a beneficiary",
  unusual_amount: "Far above the account's usual",
};

export const ruleExplanations: Record<RuleCode, string> = {
  velocity: "Holds a payout when its account already asked for as many payouts in the last 24 hours as its daily limit.",
  first_payout: "Holds a payout while its beneficiary is in cool-off. After that, the first payout to it is not held but needs two approvers.",
  unusual_amount: "Holds a payout several times larger than what all but the largest 5% of the account's payouts were in the last 30 days, once five succeeded.",
};

const findingResults = ["clear", "hit", "threw"] as const;
export type FindingResult = (typeof findingResults)[number];

const findingShape = z.object({ rule: z.string(), result: z.enum(findingResults), sentence: z.string(), operands: z.record(z.string(), z.string()) });
export type Finding = z.infer<typeof findingShape>;

/** Whether a rule let a payout pass for want of anything to compare it with, which says less than that it compared well. */
export function comparedNothing({ rule, result, operands }: Pick<Finding, "rule" | "result" | "operands">): boolean {
  if (result !== "clear") return false;
  if (rule === "first_payout") return operands["paidBefore"] === "false";
  return rule === "unusual_amount" && (operands["usualPaise"] === "" || Number(operands["sample"]) < Number(operands["sampleMin"]));
}

const verdictOutcomes = ["clear", "hold"] as const;
export type VerdictOutcome = (typeof verdictOutcomes)[number];

const verdictShape = z.object({ id: z.string(), payoutId: z.string(), outcome: z.enum(verdictOutcomes), findings: z.array(findingShape), at: z.string() });
export type VerdictDto = z.infer<typeof verdictShape>;

export const verdictsQueryShape = z.strictObject({
  outcome: z.optional(z.enum(verdictOutcomes)),
  cursor: z.optional(z.string().check(z.regex(/^rv_[0-9a-z]{26}$/))),
});
export type VerdictsQuery = z.infer<typeof verdictsQueryShape>;

/** The payout a verdict is about, as whoever looks may see it. */
const judgedShape = z.object({ amountPaise: z.string(), payee: z.object({ name: z.string(), last4: z.string() }), askedAt: z.string() });
export type Judged = z.infer<typeof judgedShape>;

const verdictRowShape = z.extend(verdictShape, { payout: z.nullable(judgedShape) });
export type VerdictRow = z.infer<typeof verdictRowShape>;

export const verdictsPageShape = z.object({ items: z.array(verdictRowShape), nextCursor: z.nullable(z.string()) });
export type VerdictsPage = z.infer<typeof verdictsPageShape>;
