// The searchable index of every movement of money, and the evidence of what happened to it.
import "server-only";

export { indexMovement, moveMovement, recordEvidence, riskScreen, type Evidence, type Movement } from "./commands.ts";
export { getTransaction } from "./panel.ts";
export { transactionsMark } from "./mark.ts";
export { countTransactions, listTransactions, type ListInput } from "./queries.ts";
export { dayFigures, type DayFigures } from "./figures.ts";
export { amountCondition, referenceConditions } from "./where.ts";
