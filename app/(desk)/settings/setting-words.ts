import { amountText } from "@/components/ui/amount.tsx";
import { valueText } from "@/components/settings/value-text.ts";
import type { PolicyArea, Proposal, Setting, SettingValueWire } from "@/lib/settings/contract";

export const areaLabels: Record<PolicyArea, string> = {
  sessions: "Sessions",
  factors: "Second factors",
  passwords: "Passwords",
  people: "People",
  limits: "Limits",
  payouts: "Payouts",
  risk: "Risk",
};

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
