"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck, CircleSlash, OctagonX } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { Page } from "@/components/shell/page.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { Banner } from "@/components/ui/banner.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Said } from "@/components/ui/said.tsx";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { accountsQuery } from "@/lib/accounts/client";
import type { AccountRow, AccountsPage } from "@/lib/accounts/contract";

type State = "open" | "stopped" | "closed";
const looks: StatusLooks<State> = {
  open: { label: "Open", tone: "settled", icon: CircleCheck },
  stopped: { label: "Payouts stopped", tone: "failed", icon: OctagonX },
  closed: { label: "Closed", tone: "neutral", icon: CircleSlash },
};

function stateOf(row: AccountRow): State {
  if (row.status === "closed") return "closed";
  return row.figures.payoutsEnabled ? "open" : "stopped";
}

const short = (value: string | null): boolean => value !== null && value.startsWith("-");

const columns: Column<AccountRow>[] = [
  {
    id: "name",
    header: "Account",
    phone: "lead",
    cell: (row) => (
      <Link className="row-link font-medium" href={`/accounts/${row.id}` as Route}>
        {row.name}
      </Link>
    ),
  },
  { id: "status", header: "Status", phone: "under", cell: (row) => <StatusBadge status={stateOf(row)} looks={looks} /> },
  { id: "balance", header: "Balance", align: "end", cell: (row) => <Amount value={row.figures.balancePaise} /> },
  { id: "pending", header: "Pending", align: "end", cell: (row) => <Amount value={row.figures.pendingPaise} tone="quiet" /> },
  { id: "held", header: "Held", align: "end", cell: (row) => <Amount value={row.figures.heldPaise} tone="quiet" /> },
  { id: "available", header: "Available", align: "end", phone: "under-end", phoneLabel: "available", cell: (row) => <Amount value={row.figures.availablePaise} /> },
  { id: "reserve", header: "Reserve", align: "end", cell: (row) => <Amount value={row.figures.reservePaise} tone="quiet" /> },
  {
    id: "headroom",
    header: "Headroom",
    align: "end",
    phone: "trail",
    phoneLabel: "headroom",
    cell: (row) => <Amount value={row.figures.headroomPaise} tone={short(row.figures.headroomPaise) ? "failed" : "ink"} />,
  },
];

/** Every payee with its figures side by side. */
export function AccountsView({ initial }: { initial: AccountsPage }) {
  const query = useInfiniteQuery({ ...accountsQuery, initialData: { pages: [initial], pageParams: [null] } });
  const reserve = query.data.pages[0]?.reserve ?? null;
  return (
    <Page title="Accounts" lead={reserve === null ? "Payees we hold money for." : reserve.stale ? "Payees we hold money for." : <Said text={reserve.sentence} />}>
      {reserve?.stale === false ? null : (
        <Banner kind="degraded" title="Approvals are stopped">
          {reserve === null ? "There is no USD reference rate, so no reserve can be known." : <Said text={reserve.sentence} />}
        </Banner>
      )}
      <DataTable
        caption="Accounts"
        columns={columns}
        rows={query.data.pages.flatMap((page) => page.items)}
        rowKey={(row) => row.id}
        empty={
          <EmptyState kind="none-yet" title="No accounts yet">
            An account is a payee whose money is collected and paid out here.
          </EmptyState>
        }
        paging={{ kind: "more", hasMore: query.hasNextPage, loadingMore: query.isFetchingNextPage, onMore: () => void query.fetchNextPage() }}
      />
    </Page>
  );
}
