"use client";
import { actorText } from "@/components/people/actor-text.ts";
import { FilterBar, type FilterDef } from "@/components/ui/filter-bar.tsx";
import { eventIds, eventSpans, severities, type SecurityEventRow, type SecuritySearch } from "@/lib/monitoring/contract";
import { eventTitle } from "./event-titles.ts";
import { severityLooks, spanLabels } from "./security-looks.ts";

type Props = { search: SecuritySearch; rows: readonly SecurityEventRow[]; onSearch: (search: SecuritySearch) => void };

/** The list narrowed by severity, event, person and time; all of it stands in the address. */
export function SecurityFilters({ search, rows, onSearch }: Props) {
  const one = (name: keyof SecuritySearch, more: Pick<FilterDef, "label" | "options">): FilterDef => ({
    id: name,
    single: true,
    selected: search[name] === undefined ? [] : [search[name]],
    onChange: ([value]) => onSearch(without(search, name, value)),
    ...more,
  });
  return (
    <FilterBar
      searchLabel="Name, e-mail address or id"
      query={search.q ?? ""}
      onSearch={(text) => onSearch(without(search, "q", text === "" ? undefined : text))}
      onClearAll={() => onSearch({})}
      filters={[
        one("severity", { label: "Severity", options: severities.map((value) => ({ value, label: severityLooks[value].label })) }),
        one("personId", { label: "Person", options: [...peopleIn(rows, search.personId)].map(([value, label]) => ({ value, label })) }),
        one("event", { label: "Event", options: eventIds.map((value) => ({ value, label: eventTitle(value) })) }),
        one("since", { label: "Time", options: eventSpans.map((value) => ({ value, label: spanLabels[value] })) }),
        one("first", { label: "First time", options: [{ value: "yes", label: "Only first times" }] }),
      ]}
    />
  );
}

function peopleIn(rows: readonly SecurityEventRow[], chosen: string | undefined): Map<string, string> {
  const people = new Map<string, string>();
  for (const row of rows) {
    people.set(row.actor.id, actorText(row.actor));
    if (row.subject !== null) people.set(row.subject.id, row.subject.name ?? row.subject.id);
  }
  if (chosen !== undefined && !people.has(chosen)) people.set(chosen, chosen);
  return people;
}

function without(search: SecuritySearch, name: keyof SecuritySearch, value: string | undefined): SecuritySearch {
  const { [name]: _old, ...rest } = search;
  return value === undefined ? rest : { ...rest, [name]: value };
}
