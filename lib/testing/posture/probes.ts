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

/** Makes a guard's acts ready while everything still works; `null` asks for the control without any failure. */
export type Probe = (desk: PayoutDesk, failure: Failure | null) => Promise<Acts>;

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
