"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, CircleSlash, UserRound } from "lucide-react";
import { useState } from "react";
import { Page } from "@/components/shell/page.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { Choice } from "@/components/ui/choice.tsx";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { webhooksQuery, type WebhookFilter } from "@/lib/webhooks/client";
import { webhookSources, webhookStatuses, type WebhookLane, type WebhookPage, type WebhookRow, type WebhookSource, type WebhookStatus } from "@/lib/webhooks/contract";

const looks: StatusLooks<WebhookStatus> = {
  received: { label: "Received", tone: "moving", icon: CircleDashed },
  applied: { label: "Applied", tone: "settled", icon: CircleCheck },
  ignored: { label: "Ignored", tone: "neutral", icon: CircleSlash },
  for_a_person: { label: "For a person", tone: "waiting", icon: UserRound },
};

const sourceLabels: Record<WebhookSource, string> = { payments: "Payments", payouts: "Payouts" };
const laneLabels: Record<WebhookLane, string> = { fresh: "Fresh", stale: "Stale", undated: "Undated" };

const columns: Column<WebhookRow>[] = [
  { id: "type", header: "Event", phone: "lead", cell: (row) => <span className="ref">{row.eventType ?? (row.status === "received" ? "not read yet" : "unreadable")}</span> },
  { id: "received", header: "Received", phone: "trail", cell: (row) => <Time at={row.receivedAt} /> },
  { id: "source", header: "From", phone: "under-end", cell: (row) => sourceLabels[row.source] },
  {
    id: "status",
    header: "Status",
    phone: "under",
    className: "sm:max-w-72",
    cell: (row) => (
      <span className="block whitespace-normal sm:py-1.5">
        <StatusBadge status={row.status} looks={looks} />
        {row.note === null ? null : <span className="text-ink-3"> · {row.note}</span>}
      </span>
    ),
  },
  {
    id: "subject",
    header: "About",
    cell: (row) => (row.subjectId === null ? <span className="text-ink-3">—</span> : <Ref value={row.subjectId} short label={row.subjectKind ?? "id"} />),
  },
  { id: "lane", header: "Signed", cell: (row) => <span className={row.lane === "fresh" ? undefined : "text-waiting"}>{laneLabels[row.lane]}</span> },
  {
    id: "secret",
    header: "Secret",
    cell: (row) => (
      <>
        <span className="ref">{row.signedWith}</span> <span className={row.signedWithCurrent ? "text-ink-3" : "text-waiting"}>{row.signedWithCurrent ? "current" : "older"}</span>
      </>
    ),
  },
  { id: "attempt", header: "Attempt", align: "end", cell: (row) => row.attempt ?? "—" },
  { id: "size", header: "Bytes", align: "end", cell: (row) => row.bodyBytes },
];

const statusOptions = [{ value: "all" as const, label: "Every status" }, ...webhookStatuses.map((value) => ({ value, label: looks[value].label }))];
const sourceOptions = [{ value: "all" as const, label: "Payments and payouts" }, ...webhookSources.map((value) => ({ value, label: sourceLabels[value] }))];

/** Every authentic delivery, newest first, and what became of it. Read only: bodies stay sealed. */
export function WebhooksView({ initial }: { initial: WebhookPage }) {
  const [status, setStatus] = useState<WebhookStatus | "all">("all");
  const [source, setSource] = useState<WebhookSource | "all">("all");
  const filter: WebhookFilter = { ...(status === "all" ? {} : { status }), ...(source === "all" ? {} : { source }) };
  const unfiltered = status === "all" && source === "all";
  const query = useInfiniteQuery({ ...webhooksQuery(filter), refetchInterval: 10_000, ...(unfiltered ? { initialData: { pages: [initial], pageParams: [null] } } : {}) });
  const newestAt = query.data?.pages[0]?.newestAt ?? null;
  return (
    <Page
      fill
      title="Webhooks"
      lead={
        newestAt === null ? (
          "Nothing has been received yet."
        ) : (
          <>
            Last received <Time at={newestAt} relative />. Each is stored before it is answered; what it says is then read again from the gateway's API.
          </>
        )
      }
    >
      <div data-screen-only className="flex flex-none flex-wrap gap-x-5 gap-y-2 pt-1 pb-3">
        <Choice label="Status" options={statusOptions} value={status} onValue={setStatus} />
        <Choice label="From" options={sourceOptions} value={source} onValue={setSource} />
      </div>
      <DataTable
        fill
        caption="Webhook deliveries"
        columns={columns}
        rows={query.data?.pages.flatMap((page) => page.items) ?? []}
        rowKey={(row) => row.id}
        loading={query.isPending || query.isPlaceholderData}
        empty={
          query.isError ? (
            <EmptyState kind="failed" title="The inbox could not be read">
              {query.error.message}
            </EmptyState>
          ) : unfiltered ? (
            <EmptyState kind="none-yet" title="No deliveries yet">
              They appear as soon as the gateway sends one with a valid signature.
            </EmptyState>
          ) : (
            <EmptyState kind="none-match" title="No delivery matches">
              Choose another status or source to see more.
            </EmptyState>
          )
        }
        paging={{ kind: "more", hasMore: query.hasNextPage, loadingMore: query.isFetchingNextPage, onMore: () => void query.fetchNextPage() }}
      />
    </Page>
  );
}
