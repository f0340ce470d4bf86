import type { Ctx } from "@/lib/context";

export type JobPayload = Record<string, string>;

/** A handler for one job name. It may run twice, so it must be idempotent; throwing means "again later". */
export type Job = { name: string; run: (ctx: Ctx, payload: JobPayload) => Promise<void> };

/** Reads the state tables every so often and does what is due, whether or not a job said so. */
export type Sweep = { name: string; everyMs: number; run: (ctx: Ctx) => Promise<void> };

export type EnqueueInput = {
  name: string;
  /** At most one waiting job per name and key. */
  key?: string;
  payload?: JobPayload;
  /** Default: at once. */
  runAt?: Date;
};

export const jobsChannel = "countersign_jobs";
