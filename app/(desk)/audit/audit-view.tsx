"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Route } from "next";
import { useRouter, useSearchParams } from "next/navigation";
import { useState } from "react";
import { actorText } from "@/components/people/actor-text.ts";
import { Page } from "@/components/shell/page.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Button } from "@/components/ui/button.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { countText } from "@/components/ui/count.ts";
import { auditListQuery, type AuditSearch } from "@/lib/audit/client";
import type { AuditChoices, AuditEvent, AuditList, AuditRow, TrailStatus } from "@/lib/audit/contract";
import { secondMs } from "@/lib/time";
import { reasonWords, rowWords } from "@/lib/http/act-words";
import { AuditFilters } from "./audit-filters.tsx";
import { auditHref, outcomeLooks } from "./audit-looks.ts";
import { EventPanel } from "./event-panel.tsx";
import { TrailObject } from "./trail-object.tsx";
import { TrailStatusRow } from "./trail-status.tsx";
import { noneWords, unkeptRows } from "./trail-words.ts";
import { useVerification } from "./use-verification.tsx";

type Props = { search: AuditSearch; initial: AuditList; opened: AuditEvent | null; choices: AuditChoices; today: string };

const columns: Column<AuditRow>[] = [
  {
    id: "verb",
    header: "Act",
    phone: "lead",
    className: "sm:max-w-64 sm:min-w-44 whitespace-normal sm:py-1",
    cell: (row) => (
      <>
        <span title={row.verb}>{rowWords(row)}</span>
        <span className="hidden text-ink-3 @max-[47rem]:sm:block">
          <TrailObject row={row} />
        </span>
      </>
    ),
  },
  { id: "at", header: "When", phone: "under-end", cell: (row) => <Time at={row.at} /> },
  {
    id: "who",
    header: "Who",
    phone: "under",
    className: "sm:max-w-44",
    cell: (row) => (
      <>
        <span className="block whitespace-normal sm:hidden">
          <TrailObject row={row} />
        </span>
        <span title={actorText(row.actor)}>{actorText(row.actor)}</span>
      </>
    ),
  },
  {
    id: "object",
    header: "On what",
    narrow: "hide",
    className: "max-w-64 min-w-44 whitespace-normal py-1",
    cell: (row) => <TrailObject row={row} />,
  },
  { id: "outcome", header: "Outcome", narrow: "last", phone: "trail", cell: (row) => <StatusBadge status={row.outcome} looks={outcomeLooks} /> },
  {
    id: "reason",
    header: "Reason",
    narrow: "hide",
    className: "max-w-60 min-w-32 whitespace-normal py-1",
    cell: (row) => <span className="text-ink-2">{row.reason === null ? "" : reasonWords(row.reason)}</span>,
  },
  {
    id: "position",
    header: "Position",
    align: "end",
    narrow: "hide",
    cell: (row) => (row.position === null ? <span className="text-ink-3">not sealed yet</span> : <span className="num">{countText(Number(row.position))}</span>),
  },
];

/** While rows wait for their seal, or their head for its way out, the list is read again, so that what it says of them does not grow old. */
function sealPace(status: TrailStatus | undefined): number | false {
  return status === undefined || (status.unsealed === "0" && unkeptRows(status) === 0) ? false : 3 * secondMs;
}

/** The trail, newest first, how far it is sealed, and the means to check it. */
export function AuditView({ search, initial, opened, choices, today }: Props) {
  const router = useRouter();
  const id = useSearchParams().get("id");
  const [checking, setChecking] = useState(false);
  const list = useInfiniteQuery({
    ...auditListQuery(search),
    initialData: { pages: [initial], pageParams: [null] },
    refetchInterval: ({ state }) => sealPace(state.data?.pages[0]?.status),
  });
  const verification = useVerification(checking, () => setChecking(false));
  const rows = list.data.pages.flatMap((page) => page.rows);
  const none = noneWords(search);
  const status = list.data.pages[0]?.status ?? initial.status;
  const open = (next: string | null) => {
    setChecking(false);
    const href = auditHref(search, next);
    if (id === null) window.history.pushState(null, "", href);
    else window.history.replaceState(null, "", href);
  };
  const verify = () => {
    if (id !== null) open(null);
    setChecking(true);
    verification.run();
  };
  return (
    <Page
      fill
      title="Audit"
      lead="Who did or tried what, and why. Rows are never changed: each is sealed into a chain whose heads are signed and kept outside the database."
      actions={
        <Button variant="primary" busy={verification.busy} reasons={verification.reasons} onClick={verify}>
          Verify the trail
        </Button>
      }
    >
      <TrailStatusRow status={status} />
      <AuditFilters search={search} choices={choices} today={today} onSearch={(next) => router.push(auditHref(next) as Route)} />
      <DataTable
        fill
        density="compact"
        caption="Audit trail"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        selectedKey={id}
        onSelect={(row) => open(row.id)}
        empty={
          list.isError ? (
            <EmptyState kind="failed" title="The trail could not be read">
              {list.error.message}
            </EmptyState>
          ) : (
            <EmptyState kind="none-match" title={none.title} act={<Button onClick={() => router.push("/audit" as Route)}>Show the whole trail</Button>}>
              {none.note}
            </EmptyState>
          )
        }
        paging={{ kind: "more", hasMore: list.hasNextPage, loadingMore: list.isFetchingNextPage, onMore: () => void list.fetchNextPage() }}
      />
      {checking ? verification.panel : id === null ? null : <EventPanel key={id} id={id} rows={rows} initial={opened?.id === id ? opened : null} onOpen={open} />}
    </Page>
  );
}
