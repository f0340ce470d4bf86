import { expect, test } from "vitest";
import { paise } from "@/lib/money";
import { hourMs, parseInstant, plusMs } from "@/lib/time";
import { comparedNothing, ruleCodes } from "./contract.ts";
import { judge } from "./judge.ts";
import { rules } from "./rules/index.ts";
import type { RiskFacts, Rule } from "./rules/rule.ts";

const now = parseInstant("2026-11-20T12:00:00+05:30") ?? expect.fail("no instant");
const quiet: RiskFacts = {
  now,
  amountPaise: paise(100_000n),
  recentPayouts: 0,
  velocityMax: 5,
  coolOffUntil: plusMs(now, -hourMs),
  paidBefore: true,
  sample: 0,
  usualPaise: null,
  unusualTenths: 30,
};
const hits = (facts: Partial<RiskFacts>): string[] =>
  judge(rules, { ...quiet, ...facts })
    .findings.filter((finding) => finding.result === "hit")
    .map((finding) => finding.rule);

test("every rule is registered once and stores what it looked at", () => {
  const { findings } = judge(rules, quiet);
  expect(findings.map((finding) => finding.rule)).toEqual([...ruleCodes]);
  for (const finding of findings) expect(Object.keys(finding.operands).length).toBeGreaterThan(0);
});

test.each<[string, Partial<RiskFacts>, string[]]>([
  ["an ordinary payout", {}, []],
  ["the last payout below the daily limit", { recentPayouts: 4 }, []],
  ["a payout at the daily limit", { recentPayouts: 5 }, ["velocity"]],
  ["a beneficiary in the last millisecond of its cool-off", { coolOffUntil: plusMs(now, 1) }, ["first_payout"]],
  ["a beneficiary whose cool-off ends now", { coolOffUntil: now, paidBefore: false }, []],
  ["exactly three times the usual", { sample: 5, usualPaise: paise(33_334n), amountPaise: paise(100_002n) }, []],
  ["one paisa above three times the usual", { sample: 5, usualPaise: paise(33_334n), amountPaise: paise(100_003n) }, ["unusual_amount"]],
  ["too few payouts to know the usual", { sample: 4, usualPaise: paise(1n) }, []],
  ["everything at once", { recentPayouts: 9, coolOffUntil: plusMs(now, 1), sample: 9, usualPaise: paise(1n) }, ["velocity", "first_payout", "unusual_amount"]],
])("%s", (_title, facts, expected) => {
  expect(hits(facts)).toEqual(expected);
});

test.each<[string, Partial<RiskFacts>, string[]]>([
  ["a new account's first payout", { paidBefore: false }, ["first_payout", "unusual_amount"]],
  ["a known beneficiary, but too few payouts to know the usual", { sample: 4, usualPaise: paise(100_000n) }, ["unusual_amount"]],
  ["enough payouts, none of them unusual", { sample: 5, usualPaise: paise(100_000n) }, []],
  ["what was hit was compared", { coolOffUntil: plusMs(now, 1), paidBefore: false, sample: 5, usualPaise: paise(1n) }, []],
])("a rule that passed for want of anything to compare with is told from one that compared: %s", (_title, facts, expected) => {
  const { findings } = judge(rules, { ...quiet, ...facts });
  expect(findings.filter(comparedNothing).map((finding) => finding.rule)).toEqual(expected);
});

test("the hold ends by itself only when the cool-off is the only reason", () => {
  const coolOffUntil = plusMs(now, hourMs);
  expect(judge(rules, { ...quiet, coolOffUntil })).toMatchObject({ outcome: "hold", holdUntil: coolOffUntil });
  expect(judge(rules, { ...quiet, coolOffUntil, recentPayouts: 5 })).toMatchObject({ outcome: "hold", holdUntil: null });
  expect(judge(rules, quiet)).toMatchObject({ outcome: "clear", holdUntil: null });
});

test("a rule that throws is a finding and holds the payout for a person", () => {
  const broken: Rule = {
    code: "velocity",
    evaluate: () => {
      throw new RangeError("operand missing");
    },
  };
  const judgement = judge([broken, ...rules], { ...quiet, coolOffUntil: plusMs(now, hourMs) });
  expect(judgement).toMatchObject({ outcome: "hold", holdUntil: null });
  expect(judgement.findings[0]).toMatchObject({ rule: "velocity", result: "threw", operands: {} });
});
