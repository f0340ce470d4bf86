"use client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import type { Route } from "next";
import { useRouter, useSearchParams } from "next/navigation";
import { Page } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { DataTable } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { FilterBar } from "@/components/ui/filter-bar.tsx";
import { payoutQueuesQuery, payoutsQuery, type PayoutFilters } from "@/lib/payouts/client";
import type { PayoutPage, PayoutPanel, PayoutQueueFigures, PayoutRow } from "@/lib/payouts/contract";
import type { TransactionMark } from "@/lib/transactions/contract";
import { usePayoutColumns } from "./payout-columns.tsx";
import { payoutFilterDefs } from "./payout-filters.ts";
import { payoutsHref } from "./payout-looks.ts";
import { PayoutSidePanel } from "./payout-side-panel.tsx";
import { QueueTabs } from "./queue-tabs.tsx";
import { useChanged } from "./use-changed.ts";
import { useFollow } from "./use-follow.ts";

type Props = { filters: PayoutFilters; initial: PayoutPage; queues: PayoutQueueFigures; opened: PayoutPanel | null; mark: TransactionMark | null };

// What the mark does not tell of is read at least this often; what does not follow it, a search, a long list or all of it without a mark, more often.
const pollMs = { followed: 30_000, alone: 10_000 };
const shortPages = 3;

const isCostly = (filters: PayoutFilters, pages: readonly PayoutPage[] | undefined): boolean => filters.q !== undefined || (pages?.length ?? 0) > shortPages;

/** Every payout by queue, with the decision panel beside the list. */
export function PayoutsView({ filters, initial, queues, opened, mark }: Props) {
  const id = useSearchParams().get("id");
  const list = useInfiniteQuery({
    ...payoutsQuery(filters),
    initialData: { pages: [initial], pageParams: [null] },
    refetchInterval: ({ state }) => (mark === null || isCostly(filters, state.data?.pages) ? pollMs.alone : pollMs.followed),
  });
  const figures = useQuery({ ...payoutQueuesQuery, initialData: queues, refetchInterval: mark === null ? pollMs.alone : pollMs.followed });
  useFollow(mark, { filters, openId: id, costly: isCostly(filters, list.data.pages) });
  const router = useRouter();
  const go = (next: PayoutFilters) => router.push(payoutsHref(next) as Route);
  const columns = usePayoutColumns();
  const mayRequest = useCan("payouts.create").allowed;
  const rows = list.data.pages.flatMap((page) => page.items);
  const changed = useChanged(rows);
  // Shallow: the list stays as it is, and the address still names what is open.
  const open = (next: string | null) => {
    const href = payoutsHref(filters, next);
    if (id === null) window.history.pushState(null, "", href);
    else window.history.replaceState(null, "", href);
  };
  return (
    <Page
      fill
      title="Payouts"
      lead="Nothing leaves before someone other than its maker has signed it."
      actions={
        mayRequest ? (
          <ButtonLink variant="primary" href={"/payouts/new" as Route} icon={<Plus size={14} aria-hidden />}>
            Request a payout
          </ButtonLink>
        ) : undefined
      }
    >
      <FilterBar
        searchLabel="Id, UTR, last 4 or amount"
        query={filters.q ?? ""}
        onSearch={(q) => go({ ...filters, q: q === "" ? undefined : q })}
        filters={payoutFilterDefs(filters, rows[0]?.account.name, go)}
        onClearAll={() => go({ queue: filters.queue })}
      />
      <QueueTabs filters={filters} figures={figures.data} />
      <DataTable
        fill
        caption="Payouts"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        selectedKey={id}
        changedKeys={changed}
        onSelect={(row: PayoutRow) => open(row.id)}
        empty={
          list.isError ? (
            <EmptyState kind="failed" title="The payouts could not be read">
              {list.error.message}
            </EmptyState>
          ) : (
            <Nothing filters={filters} mayRequest={mayRequest} />
          )
        }
        paging={{ kind: "more", hasMore: list.hasNextPage, loadingMore: list.isFetchingNextPage, onMore: () => void list.fetchNextPage() }}
      />
      {id === null ? null : <PayoutSidePanel key={id} id={id} rows={rows} initial={opened?.payout.id === id ? opened : null} onOpen={open} />}
    </Page>
  );
}

const done: Record<NonNullable<PayoutFilters["queue"]>, { title: string; why: string }> = {
  waiting: { title: "Nothing waits for you", why: "Every payout you may decide has been decided." },
  mine: { title: "None of your requests is open", why: "Each that you asked for has been paid, or has ended without being paid." },
  held: { title: "Nothing is held", why: "No payout waits for a look or a cool-off." },
  unknown: { title: "Nothing is unknown", why: "The gateway has answered for every payout." },
  moving: { title: "Nothing is moving", why: "No signed payout is on its way to the bank." },
};

function Nothing({ filters, mayRequest }: { filters: PayoutFilters; mayRequest: boolean }) {
  if (filters.q !== undefined || filters.status !== undefined || filters.account !== undefined) {
    return (
      <EmptyState kind="none-match" title="No payout matches" act={<ButtonLink href={"/payouts" as Route}>Show all payouts</ButtonLink>}>
        {filters.q === undefined
          ? "None has this status in this queue."
          : `No id or bank reference is “${filters.q}”, no destination ends in it and no amount equals it. All are compared whole; names and purposes are not searched.`}
      </EmptyState>
    );
  }
  if (filters.queue !== undefined)
    return (
      <EmptyState kind="all-done" title={done[filters.queue].title} act={<ButtonLink href={"/payouts" as Route}>Show all payouts</ButtonLink>}>
        {done[filters.queue].why}
      </EmptyState>
    );
  return (
    <EmptyState
      kind="none-yet"
      title="No payouts yet"
      act={
        mayRequest ? (
          <ButtonLink variant="primary" href={"/payouts/new" as Route}>
            Request a payout
          </ButtonLink>
        ) : undefined
      }
    >
      A finance maker requests one; a finance admin signs it.
    </EmptyState>
  );
}
