// Nudges between rooms and the loop that answers them. State machines are truth: sweeps find whatever a lost job would have said.
import "server-only";

export type { EnqueueInput, Job, JobAccess, JobPayload, Sweep } from "./contract.ts";
export { enqueue } from "./commands.ts";
export { jobSweeps } from "./events.ts";
export { drainJobs, runWorker } from "./worker.ts";
