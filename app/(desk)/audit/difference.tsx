"use client";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { valueText } from "@/components/settings/value-text.ts";
import { Place } from "@/components/shell/place.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { Time } from "@/components/ui/time.tsx";
import type { AuditEvent } from "@/lib/audit/contract";
import { factorWords } from "@/lib/http/act-words";
import { fieldKind, fieldWords } from "@/lib/http/field-words";
import { plainly } from "@/lib/monitoring/policy";
import { definitionOf } from "@/lib/policies/policy";

/** Before and after, field by field, in words; as it was recorded below them. Personal values are sealed: the trail proves them without showing them. */
export function Difference({ event }: { event: AuditEvent }) {
  if (event.fields.length === 0) return null;
  const open = event.fields.filter(({ sealed }) => !sealed);
  return (
    <section className="grid gap-2">
      <h3 className="text-14 font-semibold">{event.outcome === "done" ? "What changed" : "What was tried"}</h3>
      <table className="w-full table-fixed border-t border-line text-13">
        <thead className="text-12 text-ink-3">
          <tr className="text-start">
            {["Field", "Before", "After"].map((head) => (
              <th key={head} scope="col" className="py-1.5 pr-3 text-start font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {event.fields.map((field) => (
            <tr key={field.name} className="border-t border-line align-baseline">
              <th scope="row" title={field.name} className="py-1.5 pr-3 text-start font-normal text-ink-3">
                {fieldWords(field.name)}
              </th>
              {field.sealed ? (
                <td colSpan={2} className="py-1.5 text-ink-2">
                  <span className="inline-flex items-baseline gap-1.5">
                    <Lock size={12} aria-hidden className="self-center" />
                    sealed
                  </span>
                </td>
              ) : (
                <>
                  <td className="py-1.5 pr-3 wrap-anywhere text-ink-3">
                    <Value event={event} name={field.name} value={field.before} />
                  </td>
                  <td className="py-1.5 wrap-anywhere">
                    <Value event={event} name={field.name} value={field.after} />
                  </td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {open.length === 0 ? null : (
        <details className="text-12 text-ink-3">
          <summary className="cursor-pointer">As it was recorded</summary>
          <ul className="ref grid gap-0.5 pt-1.5 break-all">
            {open.map(({ name, before, after }) => (
              <li key={name}>
                {name}: {before === null ? "" : `${before} → `}
                {after ?? "null"}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

type Recorded = { event: AuditEvent; name: string; value: string | null };

function Value({ event, name, value }: Recorded): ReactNode {
  if (value === null) return "—";
  if (value === "") return "none";
  const setting = event.objectKind === "setting" && name === "value" ? settingText(event.objectId, value) : null;
  if (setting !== null) return setting;
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
