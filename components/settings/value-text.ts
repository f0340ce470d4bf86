import { amountText } from "@/components/ui/amount.tsx";
import type { Setting, SettingValueWire } from "@/lib/settings/contract";

type Kind = Pick<Setting, "kind" | "unit">;

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
