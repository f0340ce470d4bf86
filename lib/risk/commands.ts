import type { Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { judge, type Judgement } from "./judge.ts";
import { rules } from "./rules/index.ts";
import type { RiskFacts } from "./rules/rule.ts";

/**
 * Screens a payout by every rule and stores the verdict with all it looked at, at the end of `tx`. Never throws for a
 * rule. The facts are those of `askRiskFacts` in the same `tx`.
 */
export function screenPayout(tx: Tx, payoutId: string, facts: RiskFacts | null): Judgement & { verdictId: string } {
  if (facts === null) throw new AppError("not_found", "no_beneficiary", "There is no such beneficiary in this account.");
  const judgement = judge(rules, facts);
  const verdictId = newId("verdict");
  tx.later({ call: "record_verdict", row: { id: verdictId, payout_id: payoutId, outcome: judgement.outcome, findings: judgement.findings, at: tx.ctx.now } });
  return { verdictId, ...judgement };
}
