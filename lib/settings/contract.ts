import * as z from "zod/mini";
import { policyAreas, settingNames } from "@/lib/policies/contract";
import { whyWire } from "@/lib/why";

export type { PolicyArea, SettingName } from "@/lib/policies/contract";

export { emergencyShape, restartInput, stopInput, type Emergency, type Stop } from "./emergency-contract.ts";

const person = z.object({ id: z.string(), name: z.string() });

const reason = whyWire();

/** Whole numbers, paise as digits, switches. */
export const settingValueShape = z.union([z.int(), z.string().check(z.maxLength(14)), z.boolean()]);
export type SettingValueWire = z.infer<typeof settingValueShape>;

const reasons = z.array(z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) }));

export const proposalShape = z.object({
  id: z.string(),
  before: settingValueShape,
  value: settingValueShape,
  direction: z.enum(["tighten", "loosen", "change"]),
  reason: z.string(),
  proposedBy: person,
  proposedAt: z.string(),
  status: z.enum(["pending", "accepted", "refused", "withdrawn"]),
  decidedBy: z.nullable(person),
  decidedAt: z.nullable(z.string()),
  decideReason: z.nullable(z.string()),
  /** Why the viewer may not decide it; empty when they may. */
  decideReasons: reasons,
  mayWithdraw: z.boolean(),
});
export type Proposal = z.infer<typeof proposalShape>;

export const settingShape = z.object({
  name: z.enum(settingNames),
  kind: z.enum(["int", "paise", "switch"]),
  area: z.enum(policyAreas),
  label: z.string(),
  about: z.string(),
  outside: z.string(),
  unit: z.string(),
  tighter: z.enum(["lower", "higher", "on", "off", "neither"]),
  min: z.nullable(z.string()),
  max: z.nullable(z.string()),
  value: settingValueShape,
  fallback: settingValueShape,
  version: z.int(),
  changedBy: z.nullable(person),
  changedAt: z.nullable(z.string()),
  open: z.nullable(proposalShape),
});
export type Setting = z.infer<typeof settingShape>;

export const driftShape = z.object({ name: z.string(), sentence: z.string() });
export type Drift = z.infer<typeof driftShape>;

export const settingListShape = z.object({ items: z.array(settingShape), drift: z.array(driftShape), proposeReasons: reasons });
export type SettingList = z.infer<typeof settingListShape>;

export const settingDetailShape = z.object({ setting: settingShape, history: z.array(proposalShape) });
export type SettingDetail = z.infer<typeof settingDetailShape>;

export const proposeInput = z.strictObject({ name: z.enum(settingNames), value: settingValueShape, reason });
export type ProposeInput = z.infer<typeof proposeInput>;
export const decideInput = z.strictObject({ decision: z.enum(["accept", "refuse"]), reason });
export type DecideInput = z.infer<typeof decideInput>;
