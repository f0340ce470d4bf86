import { amountText } from "@/components/ui/amount.tsx";
import type { PolicyArea, Proposal, Setting, SettingValueWire } from "@/lib/settings/contract";

type Kind = Pick<Setting, "kind" | "unit">;

export const areaLabels: Record<PolicyArea, string> = {
  sessions: "Sessions",
  factors: "Second factors",
  passwords: "Passwords",
  people: "People",
  limits: "Limits",
  payouts: "Payouts",
  risk: "Risk",
};

/** A value as people read it, with its unit. */
export function valueText(setting: Kind, value: SettingValueWire): string {
  if (typeof value === "boolean") return value ? "On" : "Off";
  if (setting.kind === "paise") return amountText(String(value));
  if (setting.unit === "US cents") return `US$${amountText(String(value)).slice(1)}`;
  if (setting.unit === "tenths") return `${Number(value) / 10} times`;
  if (setting.unit === "h IST") return `${String(value).padStart(2, "0")}:00 IST`;
  const number = String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return `${number} ${value === 1 ? setting.unit.replace(/s(?= |$)/, "") : setting.unit}`;
}

/** The bounds as people read them. */
export function boundsText(setting: Setting): string {
  if (setting.min === null || setting.max === null) return "On or off";
  if (setting.kind === "paise") return `${amountText(setting.min)} to ${amountText(setting.max)}`;
  return `${valueText(setting, Number(setting.min)).replace(/ .*$/, "")} to ${valueText(setting, Number(setting.max))}`;
}

export const directionWords: Record<Proposal["direction"], string> = {
  tighten: "This tightens the rule: less will be possible than before.",
  loosen: "This loosens the rule: more will be possible than before.",
  change: "This is neither tighter nor looser.",
};

/** Which way a value would go, said while it is typed. */
export function directionOfInput(setting: Setting, value: SettingValueWire): Proposal["direction"] {
  if (setting.tighter === "neither" || value === setting.value) return "change";
  const smaller = BigInt(value) < BigInt(setting.value);
  return smaller === (setting.tighter === "lower" || setting.tighter === "off") ? "tighten" : "loosen";
}
