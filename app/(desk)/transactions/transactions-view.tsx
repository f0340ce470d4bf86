"use client";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { CalendarRange } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Page } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { countText } from "@/components/ui/count.ts";
import { DataTable } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { FilterBar } from "@/components/ui/filter-bar.tsx";
import { useNow } from "@/components/ui/now.tsx";
import type { SelectOption } from "@/components/ui/select.tsx";
import { serialiseFilter, type TransactionCounts, type TransactionFilter, type TransactionPage, type TransactionRow } from "@/lib/transactions/contract";
import { transactionCountsQuery, transactionQuery, transactionsQuery } from "@/lib/transactions/client";
import { transactionColumns } from "./columns.tsx";
import { filterDefs } from "./filters.ts";
import { StatusRow } from "./status-row.tsx";
import { useUrlState } from "./url-state.ts";

// Loaded at first opening: most looks at the list open neither.
const TransactionPanel = lazy(() => import("./transaction-panel.tsx"));
const RangeDialog = lazy(() => import("./range-dialog.tsx"));

const pollMs = 10_000;

type Props = { initial: { filter: TransactionFilter; page: TransactionPage; counts: TransactionCounts }; accounts: readonly SelectOption[]; today: string };

/** Every movement of money in one list, with one box that finds any of them; what it shows is in the address. */
export function TransactionsView({ initial, accounts, today }: Props) {
  const { filter, openId, setFilter, setOpen } = useUrlState();
  const [choosingRange, setChoosingRange] = useState(false);
  const now = useNow();
  const key = serialiseFilter(filter).toString();
  const same = key === serialiseFilter(initial.filter).toString();
  const list = useInfiniteQuery({ ...transactionsQuery(filter), refetchInterval: pollMs, ...(same ? { initialData: { pages: [initial.page], pageParams: [null] } } : {}) });
  const counts = useQuery({ ...transactionCountsQuery(filter), refetchInterval: pollMs, ...(same ? { initialData: initial.counts } : {}) });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const first = list.data?.pages[0];
  const exactId = list.isPlaceholderData ? null : (first?.exactId ?? null);
  useOpenExact({ key, exactId, openId, open: setOpen });
  const at = rows.findIndex((row) => row.id === openId || row.sourceId === openId);
  useNeighbours(rows, at);
  const changedKeys = useChanged(rows, key);
  const filters = filterDefs({ filter, counts: counts.data, accounts, today, now, onFilter: setFilter });
  return (
    <Page fill title="Transactions">
      <FilterBar searchLabel="Any id, UTR, e-mail, phone or UPI address" query={filter.q ?? ""} onSearch={(q) => setFilter({ ...filter, q: q === "" ? undefined : q })} filters={filters} onClearAll={() => setFilter({})}>
        <Button variant="bare" icon={<CalendarRange size={14} aria-hidden />} onClick={() => setChoosingRange(true)}>Days and amounts</Button>
      </FilterBar>
      <StatusRow counts={counts.data} selected={filter.status ?? []} onSelect={(status) => setFilter({ ...filter, status })} />
      {first?.search == null ? null : <p role="status" className="flex-none pt-2 text-13 text-ink-2">{first.search.sentence}</p>}
      <DataTable
        fill
        caption="Transactions"
        columns={transactionColumns}
        rows={rows}
        rowKey={(row) => row.id}
        selectedKey={rows[at]?.id ?? null}
        onSelect={(row) => setOpen(row.id)}
        changedKeys={changedKeys}
        loading={list.isPending || list.isPlaceholderData}
        empty={list.isError ? <EmptyState kind="failed" title="The list could not be read">{list.error.message}</EmptyState> : <Nothing filter={filter} needsMore={first?.search?.needsMore ?? false} onClear={() => setFilter({})} />}
        paging={{ kind: "more", hasMore: list.hasNextPage, loadingMore: list.isFetchingNextPage, onMore: () => void list.fetchNextPage(), total: counts.data === undefined ? undefined : totalText(filter, counts.data) }}
      />
      {openId === null ? null : (
        <Suspense fallback={null}>
          <TransactionPanel id={openId} position={at < 0 ? null : `${at + 1} of ${rows.length}${list.hasNextPage ? "+" : ""}`} onClose={() => setOpen(null)} />
        </Suspense>
      )}
      {choosingRange ? (
        <Suspense fallback={null}>
          <RangeDialog filter={filter} today={today} onClose={() => setChoosingRange(false)} onApply={setFilter} />
        </Suspense>
      ) : null}
    </Page>
  );
}

function totalText(filter: TransactionFilter, counts: TransactionCounts): string {
  const parts = filter.status?.map((status) => counts.byStatus[status]) ?? [counts.all];
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  return `${countText(count)}${parts.some((part) => part.more) ? "+" : ""}`;
}

/** A search with one answer opens it, once; closing it again stays closed. */
function useOpenExact({ key, exactId, openId, open }: { key: string; exactId: string | null; openId: string | null; open: (id: string) => void }): void {
  const opened = useRef<string | null>(null);
  useEffect(() => {
    if (exactId === null || opened.current === key) return;
    opened.current = key;
    if (openId === null) open(exactId);
  });
}

/** The panels ↑ and ↓ would open are fetched before they are asked for. */
function useNeighbours(rows: readonly TransactionRow[], at: number): void {
  const client = useQueryClient();
  const [before, after] = at < 0 ? [undefined, undefined] : [rows[at - 1]?.id, rows[at + 1]?.id];
  useEffect(() => {
    for (const id of [before, after]) if (id !== undefined) void client.prefetchQuery({ ...transactionQuery(id), staleTime: pollMs });
  }, [client, before, after]);
}

/** Rows whose state changed, or that came, since the last look at the same list. */
function useChanged(rows: readonly TransactionRow[], key: string): ReadonlySet<string> {
  const [seen, setSeen] = useState({ key, rows, changed: new Set<string>() });
  if (seen.rows === rows) return seen.changed;
  const known = new Map(seen.rows.map((row) => [row.id, row.updatedAt]));
  const newest = seen.rows[0]?.occurredAt ?? "";
  const changed = seen.key !== key || seen.rows.length === 0 ? [] : rows.filter((row) => (known.has(row.id) ? known.get(row.id) !== row.updatedAt : row.occurredAt > newest));
  const next = { key, rows, changed: new Set(changed.map((row) => row.id)) };
  setSeen(next);
  return next.changed;
}

function Nothing({ filter, needsMore, onClear }: { filter: TransactionFilter; needsMore: boolean; onClear: () => void }) {
  if (serialiseFilter(filter).size === 0) return <EmptyState kind="none-yet" title="No transactions yet">Payments appear when a customer pays a link, payouts when a maker asks for one.</EmptyState>;
  if (needsMore) return <EmptyState kind="none-match" title="Four digits are not enough by themselves">Add a date range or another filter, then they find accounts ending in them.</EmptyState>;
  return <EmptyState kind="none-match" title="Nothing matches" act={<Button onClick={onClear}>Clear search and filters</Button>}>Identifiers are compared whole: a part of an e-mail address or a number finds nothing.</EmptyState>;
}
