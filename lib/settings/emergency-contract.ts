// The emergency switch on the wire; apart from the settings, because every page of the desk reads it.
import * as z from "zod/mini";
import { whyWire } from "@/lib/why";

const person = z.object({ id: z.string(), name: z.string() });

const stopShape = z.object({
  id: z.string(),
  scope: z.literal("payouts"),
  reason: z.string(),
  stoppedBy: person,
  stoppedAt: z.string(),
  restarts: z.array(z.object({ person, reason: z.string(), at: z.string() })),
  restartsNeeded: z.int(),
});

export type Stop = z.infer<typeof stopShape>;

/** The open stop, or null, and what the viewer may do about it. */
export const emergencyShape = z.object({
  stop: z.nullable(stopShape),
  mayStop: z.boolean(),
  restartReasons: z.array(z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) })),
});

export type Emergency = z.infer<typeof emergencyShape>;

const reason = whyWire();

export const stopInput = z.strictObject({ scope: z.literal("payouts"), reason });
export const restartInput = z.strictObject({ stopId: z.string().check(z.maxLength(40)), reason });
