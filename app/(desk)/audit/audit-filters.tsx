"use client";
import { useState } from "react";
import { actorText } from "@/components/people/actor-text.ts";
import { FilterBar, type FilterDef } from "@/components/ui/filter-bar.tsx";
import { daysText } from "@/components/ui/time-format.ts";
import type { AuditSearch } from "@/lib/audit/client";
import { auditOutcomes, type AuditChoices } from "@/lib/audit/contract";
import { actWords, kindWords } from "@/lib/http/act-words";
import { outcomeLooks } from "./audit-looks.ts";

type Props = { search: AuditSearch; choices: AuditChoices; today: string; onSearch: (search: AuditSearch) => void };

const known = (values: readonly string[], chosen: string | undefined, words: (value: string) => string = (value) => value) =>
  [...new Set([...values, ...(chosen === undefined ? [] : [chosen])])].map((value) => ({ value, label: words(value) }));

/** The trail narrowed by act, person, kind of object, outcome, or one object's id; all of it stands in the address. */
export function AuditFilters({ search, choices, today, onSearch }: Props) {
  const one = (name: keyof AuditSearch, more: Pick<FilterDef, "label" | "options">): FilterDef => ({
    id: name,
    single: true,
    selected: search[name] === undefined ? [] : [search[name]],
    onChange: ([value]) => onSearch(without(search, name, value)),
    ...more,
  });
  const people = new Map(choices.actors.map((actor) => [actor.id, actorText(actor)]));
  if (search.actorId !== undefined && !people.has(search.actorId)) people.set(search.actorId, search.actorId);
  const days = daysText(search.from, search.to);
  return (
    <FilterBar
      searchLabel="Whole id of what a row is about"
      searchHint="Whole id of a payout, person …"
      query={search.objectId ?? ""}
      onSearch={(text) => onSearch(without(search, "objectId", text === "" ? undefined : text))}
      onClearAll={() => onSearch({})}
      filters={[
        one("outcome", { label: "Outcome", options: auditOutcomes.map((value) => ({ value, label: outcomeLooks[value].label })) }),
        one("actorId", { label: "Who", options: [...people].map(([value, label]) => ({ value, label })) }),
        one("objectKind", { label: "On what", options: known(choices.kinds, search.objectKind, kindWords) }),
        one("verb", { label: "Act", options: known(choices.verbs, search.verb, actWords) }),
      ]}
    >
      <div className="flex min-w-0 gap-2 max-sm:basis-full">
        <Day label="From" value={search.from} max={search.to ?? today} onDay={(day) => onSearch(without(search, "from", day))} />
        <Day label="To" value={search.to} min={search.from} max={today} onDay={(day) => onSearch(without(search, "to", day))} />
      </div>
      {days === "" ? null : <p className="text-12 text-ink-3 max-sm:basis-full">{days}</p>}
    </FilterBar>
  );
}

type DayProps = { label: string; value: string | undefined; min?: string | undefined; max: string; onDay: (day: string | undefined) => void };

/** One end of a range of days, both included; what is typed counts once it is a day that may be asked for. */
function Day({ label, value, min, max, onDay }: DayProps) {
  const [held, setHeld] = useState({ value, text: value ?? "" });
  if (held.value !== value) setHeld({ value, text: value ?? "" });
  const take = (text: string) => {
    setHeld({ value, text });
    if (text === "") onDay(undefined);
    // A year typed by hand passes through 0002 on its way to 2026.
    else if (text !== value && text >= (min ?? "2000-01-01") && text <= max) onDay(text);
  };
  return (
    <label className="flex min-w-0 flex-1 items-center gap-1.5 text-13 text-ink-3 sm:flex-none">
      {label}
      <input type="date" className="field min-w-0 max-sm:px-1.5" data-size="small" value={held.text} min={min} max={max} onChange={(event) => take(event.target.value)} />
    </label>
  );
}

function without(search: AuditSearch, name: keyof AuditSearch, value: string | undefined): AuditSearch {
  const { [name]: _old, ...rest } = search;
  return value === undefined ? rest : { ...rest, [name]: value };
}
