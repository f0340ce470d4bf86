// What the definition of a number or switch holds, and the short words definitions are written in.

/** `lower`: a smaller number is the stricter one. `neither`: a choice without a strict side. */
export type Tighter = "lower" | "higher" | "on" | "off" | "neither";

export const policyAreas = ["sessions", "factors", "passwords", "people", "limits", "payouts", "risk"] as const;
export type PolicyArea = (typeof policyAreas)[number];

type Common = {
  area: PolicyArea;
  label: string;
  /** What it does, in one sentence. */
  about: string;
  /** Why nothing outside the bounds is accepted, in one sentence. */
  outside: string;
  tighter: Tighter;
};
export type IntDefinition = Common & { kind: "int"; unit: string; min: number; max: number; fallback: number };
/** Paise as decimal digits: money is never a number. */
export type PaiseDefinition = Common & { kind: "paise"; unit: "paise"; min: string; max: string; fallback: string };
export type SwitchDefinition = Common & { kind: "switch"; unit: "on or off"; fallback: boolean };
export type PolicyDefinition = IntDefinition | PaiseDefinition | SwitchDefinition;

type Rest<D> = Omit<D, "kind">;
export const int = (rest: Rest<IntDefinition>): IntDefinition => ({ kind: "int", ...rest });
export const paise = (rest: Omit<Rest<PaiseDefinition>, "unit">): PaiseDefinition => ({ kind: "paise", unit: "paise", ...rest });
export const toggle = (rest: Omit<Rest<SwitchDefinition>, "unit">): SwitchDefinition => ({ kind: "switch", unit: "on or off", ...rest });
