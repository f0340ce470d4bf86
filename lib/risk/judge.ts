import { log } from "@/lib/monitoring";
import { ruleLabels, type Finding, type VerdictOutcome } from "./contract.ts";
import type { RiskFacts, Rule } from "./rules/rule.ts";

export type Judgement = {
  outcome: VerdictOutcome;
  findings: Finding[];
  /** When the hold ends by itself: set only if every reason to hold does. */
  holdUntil: Date | null;
};

/** Runs every rule on the same facts. A rule that throws is a finding of its own and holds the payout. */
export function judge(rules: readonly Rule[], facts: RiskFacts): Judgement {
  const findings: Finding[] = [];
  const releases: (Date | null)[] = [];
  for (const rule of rules) {
    try {
      const { hit, sentence, operands, releasesAt } = rule.evaluate(facts);
      findings.push({ rule: rule.code, result: hit ? "hit" : "clear", sentence, operands });
      if (hit) releases.push(releasesAt ?? null);
    } catch (error) {
      log.error({ rule: rule.code, error }, "a risk rule threw");
      findings.push({ rule: rule.code, result: "threw", sentence: `The rule “${ruleLabels[rule.code]}” could not be checked, so a person has to look.`, operands: {} });
      releases.push(null);
    }
  }
  const known = releases.filter((at) => at !== null);
  const holdUntil = known.length > 0 && known.length === releases.length ? known.reduce((latest, at) => (at > latest ? at : latest)) : null;
  return { outcome: releases.length > 0 ? "hold" : "clear", findings, holdUntil };
}
