// For each guard: an act it should let pass, one it must not, and how to see afterwards what became of the first.
import type { Failure, GuardId, Posture } from "@/lib/monitoring/posture";
import type { PayoutDesk } from "../payouts.ts";
import { doorProbes } from "./door-probes.ts";
import { moneyProbes } from "./money-probes.ts";
import { peopleProbes } from "./people-probes.ts";

export type Acts = {
  /** Passes while everything works. A response of 400 or more, or anything thrown, is a refusal. */
  good: () => Promise<unknown>;
  /** Must never pass, whatever is down, unless the guard is declared open for that failure. */
  bad?: () => Promise<unknown>;
  /** Looks, once the failure is over, at what became of the good act: where an answer alone does not say. */
  verdict?: () => Promise<Posture>;
  /** What was held goes on by itself once the failure is over. */
  after?: () => Promise<void>;
};

type Params = { params: Promise<Record<string, string>> };
type Handler = (request: Request, context: Params) => Promise<Response>;

/** The handlers the probes knock at; the test brings them, because only tests may look up to the doors. */
export type Doors = Record<"me" | "auditList" | "payoutList" | "payoutCreate" | "serviceList", Handler> & { webhook: (request: Request) => Promise<Response> };

export type Setup = { desk: PayoutDesk; doors: Doors; failure: Failure | null };

/** Makes a guard's acts ready while everything still works; without a failure it is the control. */
export type Probe = (setup: Setup) => Promise<Acts>;

export const probes: Record<GuardId, Probe> = { ...peopleProbes, ...doorProbes, ...moneyProbes };

/** How an act ended. */
export async function outcomeOf(act: () => Promise<unknown>): Promise<Posture> {
  try {
    const answer = await act();
    return answer instanceof Response && answer.status >= 400 ? "refuse" : "allow";
  } catch {
    return "refuse";
  }
}
