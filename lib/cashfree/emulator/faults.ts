import * as z from "zod/mini";
import type { Ask } from "./wire.ts";

export const faultKinds = [
  "timeout_before",
  "timeout_after",
  "reset_before",
  "reset_after",
  "error_before",
  "error_after",
  "conflict_409",
  "rate_429",
  "slow",
  "truncated",
  "html",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export const webhookFaultKinds = ["drop", "duplicate", "reorder", "late", "stale"] as const;

/** One order to the fault injector: which requests, what goes wrong, how often. */
export const faultOrder = z.union([
  z.strictObject({
    match: z.strictObject({ method: z._default(z.string(), ".*"), path: z.string() }),
    kind: z.enum(faultKinds),
    times: z._default(z.int().check(z.gte(1), z.lte(100_000)), 1),
    delayMs: z._default(z.int().check(z.gte(0), z.lte(120_000)), 2000),
  }),
  z.strictObject({
    webhook: z.enum(webhookFaultKinds),
    match: z._default(z.string(), ".*"),
    times: z._default(z.int().check(z.gte(1), z.lte(100_000)), 1),
    delayMs: z._default(z.int().check(z.gte(0), z.lte(86_400_000)), 600_000),
  }),
]);

export type RequestFault = { method: string; path: string; kind: FaultKind; times: number; delayMs: number };

/** Faults are used up in the order they were given. */
export class Faults {
  list: RequestFault[] = [];

  take(ask: Ask): RequestFault | undefined {
    const fault = this.list.find((item) => item.times > 0 && new RegExp(`^(?:${item.method})$`, "i").test(ask.method) && new RegExp(item.path).test(ask.path));
    if (fault !== undefined) fault.times -= 1;
    this.list = this.list.filter((item) => item.times > 0);
    return fault;
  }
}
