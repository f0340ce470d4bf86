import type { Permission } from "@/lib/access";
import type { Ctx } from "@/lib/context";

export type JobPayload = Record<string, string>;

/**
 * What the machinery may do for a job or sweep: the permissions it acts with (most need none: they carry out what people
 * have decided), in which room, and in one sentence what that comes to.
 */
export type JobAccess = { room: string; permissions: readonly Permission[]; may: string };

/** A handler for one job name. It may run twice, so it must be idempotent; throwing means "again later". */
export type Job = { name: string; access: JobAccess; run: (ctx: Ctx, payload: JobPayload) => Promise<void> };

/** Reads the state tables every so often and does what is due, whether or not a job said so. */
export type Sweep = { name: string; everyMs: number; access: JobAccess; run: (ctx: Ctx) => Promise<void> };

export type EnqueueInput = {
  name: string;
  /** At most one waiting job per name and key. */
  key?: string;
  payload?: JobPayload;
  /** Default: at once. */
  runAt?: Date;
};

export const jobsChannel = "countersign_jobs";
