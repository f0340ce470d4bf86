// What costs the database much waits its turn, so that no number of people asking for it at once takes the desk from others.
import { AppError } from "@/lib/errors";
import { secondMs } from "@/lib/time";
import { makeSlots } from "./slots.ts";

export const turnRules = { slots: 4, queueMax: 40, waitMs: 5 * secondMs } as const;

/** Classes whose every handler is costly. */
export const costlyClasses: ReadonlySet<string> = new Set(["search", "export", "reveal"]);

/** Turns of one door: a few at once, a short queue, and whoever would wait longer is told when to come back. */
export function takingTurns(): ReturnType<typeof makeSlots> {
  return makeSlots({
    ...turnRules,
    refusal: () => new AppError("unavailable", "busy", "Too many people are asking for this at once. Try again in a few seconds.", { retryAfterSeconds: 5 }),
  });
}
