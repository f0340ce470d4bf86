"use client";
import { actorText } from "@/components/people/actor-text.ts";
import { FilterBar, type FilterDef } from "@/components/ui/filter-bar.tsx";
import { eventIds, eventSpans, severities, type SecurityActor, type SecurityEventRow, type SecuritySearch } from "@/lib/monitoring/contract";
import { eventTitle } from "./event-titles.ts";
import { severityLooks, spanLabels } from "./security-looks.ts";

type Props = { search: SecuritySearch; actors: readonly SecurityActor[]; rows: readonly SecurityEventRow[]; onSearch: (search: SecuritySearch) => void };

/** The list narrowed by severity, event, person and time; all of it stands in the address. */
export function SecurityFilters({ search, actors, rows, onSearch }: Props) {
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
        one("personId", { label: "Person", options: peopleIn({ actors, rows, chosen: search.personId }) }),
        one("event", { label: "Event", options: eventIds.map((value) => ({ value, label: eventTitle(value) })) }),
        one("since", { label: "Time", options: eventSpans.map((value) => ({ value, label: spanLabels[value] })) }),
        one("first", { label: "First time", options: [{ value: "yes", label: "Only first times" }] }),
      ]}
    />
  );
}

/** Everybody with an event, and whoever the rows that came since are about; people first, by name. */
function peopleIn({ actors, rows, chosen }: Pick<Props, "actors" | "rows"> & { chosen: string | undefined }): { value: string; label: string }[] {
  const told = rows.flatMap(({ actor, subject }) => [actor, ...(subject === null ? [] : [{ kind: "user", ...subject }])]);
  const known = new Map([...told, ...actors].map((actor) => [actor.id, actor]));
  if (chosen !== undefined && !known.has(chosen)) known.set(chosen, { kind: "user", id: chosen, name: null });
  return [...known.values()]
    .map((actor) => ({ value: actor.id, label: actorText(actor), rank: actor.kind === "user" ? 0 : actor.kind === "client" ? 1 : 2 }))
    .toSorted((one, other) => one.rank - other.rank || one.label.localeCompare(other.label, "en-IN"));
}

function without(search: SecuritySearch, name: keyof SecuritySearch, value: string | undefined): SecuritySearch {
  const { [name]: _old, ...rest } = search;
  return value === undefined ? rest : { ...rest, [name]: value };
}
