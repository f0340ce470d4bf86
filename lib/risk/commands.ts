import { compiled, slot } from "@/db/compiled";
import { riskVerdicts } from "@/db/schema/risk";
import type { Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { loadFacts, type Screened } from "./facts.ts";
import { judge, type Judgement } from "./judge.ts";
import { rules } from "./rules/index.ts";

const insertVerdict = compiled((db) =>
  db.insert(riskVerdicts).values({ id: slot("id"), payoutId: slot("payoutId"), outcome: slot("outcome"), findings: slot("findings"), at: slot("at") }),
);

/**
 * Screens a payout by every rule and stores the verdict with all it looked at, in the caller's transaction. Never throws
 * for a rule. Call it before the payout's own row exists or with its id, which is never counted against itself.
 */
export async function screenPayout(tx: Tx, screened: Screened): Promise<Judgement & { verdictId: string }> {
  const judgement = judge(rules, await loadFacts(tx, screened));
  const verdictId = newId("verdict");
  await insertVerdict(tx.db, { id: verdictId, payoutId: screened.payoutId, outcome: judgement.outcome, findings: judgement.findings, at: tx.ctx.now });
  return { verdictId, ...judgement };
}
