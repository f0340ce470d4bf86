// The screen every payout passes: rules, their operands, and the verdict that is kept.
import "server-only";

export { screenPayout } from "./commands.ts";
export { askRiskFacts } from "./facts.ts";
export type { Judgement } from "./judge.ts";
export { getVerdict, listVerdicts } from "./queries.ts";
