"use client";
import type { ReactNode } from "react";
import { valueText } from "@/components/settings/value-text.ts";
import { Place } from "@/components/shell/place.tsx";
import { payoutLooks } from "@/components/transactions/looks.ts";
import { Amount } from "@/components/ui/amount.tsx";
import { Time } from "@/components/ui/time.tsx";
import { factorWords } from "@/lib/http/act-words";
import { fieldKind } from "@/lib/http/field-words";
import { plainly } from "@/lib/monitoring/policy";
import { definitionOf } from "@/lib/policies/policy";

/** What a row is about; a setting's value has its unit, and a payout's state its own words. */
type About = { objectKind: string; objectId: string };

/** A fact beside an act or an event, as people read it. */
export function RecordedValue({ name, value, about }: { name: string; value: string | null; about?: About }): ReactNode {
  if (value === null) return "—";
  if (value === "") return "none";
  const own = about === undefined ? null : ownText(about, name, value);
  if (own !== null) return own;
  switch (fieldKind(name, value)) {
    case "money":
      return <Amount value={value} />;
    case "instant":
      return <Time at={value} />;
    case "yesno":
      return value === "true" ? "yes" : "no";
    case "id":
      return (
        <span className="ref">
          <Place id={value}>{value}</Place>
        </span>
      );
    case "code":
      return codesText(name, value);
    case "text":
      return value;
  }
}

/** What its page calls it; null for what has no words of its own there. */
function ownText({ objectKind, objectId }: About, name: string, value: string): string | null {
  if (objectKind === "setting" && name === "value") return settingText(objectId, value);
  if (objectKind === "payout" && name === "status") return Object.entries(payoutLooks).find(([status]) => status === value)?.[1].label ?? null;
  return null;
}

/** A value of a setting with its unit, as its own page shows it; null for what is none. */
function settingText(setting: string, value: string): string | null {
  const definition = definitionOf(setting);
  if (definition === null) return null;
  if (definition.kind === "switch") return value === "true" || value === "false" ? valueText(definition, value === "true") : null;
  if (!/^\d{1,18}$/.test(value)) return null;
  return valueText(definition, definition.kind === "int" ? Number(value) : value);
}

/** "revealing personal data" for `reveal`, "cool off, new payee" for two codes in a row. */
function codesText(name: string, value: string): string {
  if (name === "factor") return factorWords(value);
  const field = name === "roles" || name === "proposed" || name === "granted" ? "role" : name;
  return value
    .split(/, ?/)
    .map((code) => plainly(code, field))
    .join(", ");
}
