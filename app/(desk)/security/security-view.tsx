"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Sparkle } from "lucide-react";
import type { Route } from "next";
import { useRouter, useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { actorText } from "@/components/people/actor-text.ts";
import { Page } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { securityListQuery, type StreamState } from "@/lib/monitoring/client";
import type { Meant, SecurityActor, SecurityEventRow, SecurityList, SecuritySearch } from "@/lib/monitoring/contract";
import { matchesSearch } from "@/lib/monitoring/policy";
import { eventTitle } from "./event-titles.ts";
import { SecurityFilters } from "./security-filters.tsx";
import { securityHref, severityLooks, withShortRefs } from "./security-looks.ts";
import { SecurityPanel } from "./security-panel.tsx";
import { merged, useLiveEvents } from "./use-live-events.ts";

type Props = { search: SecuritySearch; actors: readonly SecurityActor[]; initial: SecurityList; opened: SecurityEventRow | null };

const columns: Column<SecurityEventRow>[] = [
  { id: "sentence", header: "What happened", phone: "lead", className: "max-w-120 whitespace-normal [--lead-lines:3] sm:py-1", cell: (row) => <Told sentence={row.sentence} /> },
  { id: "at", header: "When", phone: "under-end", cell: (row) => <Time at={row.at} /> },
  { id: "severity", header: "Severity", phone: "trail", cell: (row) => <Severity row={row} /> },
  { id: "first", header: "First time", narrow: "hide", cell: (row) => (row.firstTime ? <FirstTime /> : null) },
  { id: "who", header: "Who", phone: "under", className: "max-w-52", cell: (row) => actorText(row.actor) },
  { id: "ip", header: "Address", narrow: "hide", cell: (row) => <span className="ref text-ink-2">{row.ip ?? ""}</span> },
  { id: "event", header: "Event", narrow: "hide", cell: (row) => <span className="text-ink-3">{eventTitle(row.event)}</span> },
];

/** What happened, with its instants as people read them. */
function Told({ sentence }: { sentence: string }) {
  return withShortRefs(useReader().text(sentence));
}

/** On a phone what is new about it stands below, where the column of its own has no room. */
function Severity({ row }: { row: SecurityEventRow }) {
  return (
    <>
      <StatusBadge status={row.severity} looks={severityLooks} />
      {row.firstTime ? (
        <span className="phone-label">
          <span className="block text-13">
            <FirstTime />
          </span>
        </span>
      ) : null}
    </>
  );
}

function FirstTime() {
  return (
    <span className="inline-flex items-baseline gap-1.5 font-medium whitespace-nowrap text-held">
      <Sparkle size={14} aria-hidden className="flex-none self-center" />
      First time
    </span>
  );
}

const stateWords: Record<StreamState, string> = {
  connecting: "Connecting to what happens now.",
  live: "Live: what happens appears by itself.",
  interrupted: "The connection was lost; it is being taken up again where it stopped.",
  ended: "Not live: the stream was ended. Load the page again.",
};

function emptySentence({ q, ...rest }: SecuritySearch, meant: Meant | null): string {
  if (q === undefined || meant === null) return "Nothing like this has been recorded.";
  if (meant.tooMany) return `“${q}” is part of too many names. Write more of it.`;
  if (meant.people.length === 0) return `Nobody here is called “${q}”. Write part of a name, a whole e-mail address, or an id.`;
  const [said, more] = [meant.people.slice(0, 3).map(({ name }) => name), meant.people.length - 3];
  const names = `${said.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return Object.keys(rest).length === 0 ? `Nothing has been recorded about ${names} yet.` : `Nothing about ${names} fits the other filters.`;
}

/** What happened that matters to security, newest first, as it happens. */
export function SecurityView({ search, actors, initial, opened }: Props) {
  const router = useRouter();
  const id = useSearchParams().get("id");
  const list = useInfiniteQuery({ ...securityListQuery(search), initialData: { pages: [initial], pageParams: [null] } });
  const live = useLiveEvents(initial.streamFrom);
  const listed = list.data.pages.flatMap((page) => page.rows);
  const meant = list.data.pages[0]?.meant ?? null;
  const rows = merged(
    listed,
    live.rows.filter((row) => matchesSearch(row, search, meant)),
  );
  const fresh = useMemo(() => new Set(live.rows.map((row) => row.id)), [live.rows]);
  const open = (next: string | null) => {
    const href = securityHref(search, next);
    if (id === null) window.history.pushState(null, "", href);
    else window.history.replaceState(null, "", href);
  };
  return (
    <Page fill title="Security" lead={<output aria-label="Live">{stateWords[live.state]}</output>}>
      <SecurityFilters search={search} actors={actors} rows={rows} onSearch={(next) => router.push(securityHref(next) as Route)} />
      <DataTable
        fill
        density="compact"
        caption="Security events"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        selectedKey={id}
        onSelect={(row) => open(row.id)}
        changedKeys={fresh}
        empty={
          list.isError ? (
            <EmptyState kind="failed" title="The events could not be read">
              {list.error.message}
            </EmptyState>
          ) : Object.keys(search).length === 0 ? (
            <EmptyState kind="none-yet" title="Nothing has happened yet">
              Sign-ins, refusals and changes appear here as they happen.
            </EmptyState>
          ) : (
            <EmptyState
              kind="none-match"
              title={meant !== null && (meant.tooMany || meant.people.length === 0) ? "Nobody found" : "No event matches"}
              act={<Button onClick={() => router.push("/security" as Route)}>Show every event</Button>}
            >
              {emptySentence(search, meant)}
            </EmptyState>
          )
        }
        paging={{ kind: "more", hasMore: list.hasNextPage, loadingMore: list.isFetchingNextPage, onMore: () => void list.fetchNextPage() }}
      />
      {id === null ? null : <SecurityPanel key={id} id={id} rows={rows} initial={opened?.id === id ? opened : null} search={search} onOpen={open} onClose={() => open(null)} />}
    </Page>
  );
}
