// Money out: requests, signatures, the one dispatch, and settling by what the gateway's record says.
import "server-only";

export { approvePayout } from "./commands/approve.ts";
export { startApproval } from "./commands/challenge.ts";
export { createPayout } from "./commands/create.ts";
export { cancelPayout, rejectPayout, releasePayout } from "./commands/decide.ts";
export { decideUnknown } from "./commands/unknown.ts";
export { dispatchPayout } from "./dispatch.ts";
export { payoutJobs, payoutSweeps } from "./events.ts";
export { getMovement, listMovements } from "./movements.ts";
export { getPayout } from "./panel.ts";
export { previewPayout } from "./preview.ts";
export { getPayoutQueues, getPayoutRow, listPayoutRows, listPayouts, payoutsById, type ReadPayout } from "./queries.ts";
export { applyTransferTruth, type AppliedTruth } from "./resolve.ts";
