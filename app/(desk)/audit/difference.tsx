"use client";
import { Lock } from "lucide-react";
import { RecordedValue } from "@/components/trail/recorded-value.tsx";
import type { AuditEvent } from "@/lib/audit/contract";
import { fieldWords } from "@/lib/http/field-words";

/** Before and after, field by field, in words; as it was recorded below them. Personal values are sealed: the trail proves them without showing them. */
export function Difference({ event }: { event: AuditEvent }) {
  if (event.fields.length === 0) return null;
  const open = event.fields.filter(({ sealed }) => !sealed);
  const said = event.fields.filter(({ sealed, before, after }) => sealed || before !== null || after !== null);
  // What was not done has changed nothing: there is only what came with it.
  const tried = event.outcome !== "done" && open.every(({ before }) => before === null);
  return (
    <section className="grid gap-2">
      <h3 className="text-14 font-semibold">{event.outcome === "done" ? "What changed" : "What was tried"}</h3>
      <table className="w-full table-fixed border-t border-line text-13">
        <thead className="text-12 text-ink-3">
          <tr className="text-start">
            {(tried ? ["Field", "Given"] : ["Field", "Before", "After"]).map((head) => (
              <th key={head} scope="col" className="py-1.5 pr-3 text-start font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {said.map((field) => (
            <tr key={field.name} className="border-t border-line align-baseline">
              <th scope="row" title={field.name} className="py-1.5 pr-3 text-start font-normal text-ink-3">
                {fieldWords(field.name)}
              </th>
              {field.sealed ? (
                <td colSpan={tried ? 1 : 2} className="py-1.5 text-ink-2">
                  <span className="inline-flex items-baseline gap-1.5">
                    <Lock size={12} aria-hidden className="self-center" />
                    sealed
                  </span>
                </td>
              ) : (
                <>
                  {tried ? null : (
                    <td className="py-1.5 pr-3 wrap-anywhere text-ink-3">
                      <RecordedValue about={event} name={field.name} value={field.before} />
                    </td>
                  )}
                  <td className="py-1.5 wrap-anywhere">
                    <RecordedValue about={event} name={field.name} value={field.after} />
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
