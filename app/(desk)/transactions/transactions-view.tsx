"use client";
import { CalendarRange } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Page } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DataTable } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { FilterBar } from "@/components/ui/filter-bar.tsx";
import { Neighbours } from "@/components/ui/neighbours.tsx";
import { useNow } from "@/components/ui/now.tsx";
import type { SelectOption } from "@/components/ui/select.tsx";
import { serialiseFilter, type TransactionFilter } from "@/lib/transactions/contract";
import { nothingFound, understand } from "@/lib/transactions/policy";
import { transactionColumns } from "./columns.tsx";
import { filterDefs } from "./filters.ts";
import { useTransactionList, type InitialList } from "./list-state.ts";
import { StatusRow } from "./status-row.tsx";
import { useUrlState } from "./url-state.ts";

// Loaded at first opening: most looks at the list open neither.
const TransactionPanel = lazy(() => import("./transaction-panel.tsx"));
const RangeDialog = lazy(() => import("./range-dialog.tsx"));

type Props = { initial: InitialList; accounts: readonly SelectOption[]; today: string };

/** Every movement of money in one list, with one box that finds any of them; what it shows is in the address. */
export function TransactionsView({ initial, accounts, today }: Props) {
  const { filter, openId, setFilter, setOpen } = useUrlState();
  const [choosingRange, setChoosingRange] = useState(false);
  const now = useNow();
  const { list, counts, rows, first, at, changedKeys, total } = useTransactionList(initial, { filter, openId, open: setOpen });
  const filters = filterDefs({ filter, counts, accounts, today, now, onFilter: setFilter });
  return (
    <Page fill title="Transactions">
      <FilterBar
        searchLabel="UTR, order or other id, e-mail, phone, UPI address, last 4 beside a filter"
        searchHint="Id, UTR, phone, e-mail, UPI, last 4"
        query={filter.q ?? ""}
        onSearch={(q) => setFilter({ ...filter, q: q === "" ? undefined : q })}
        filters={filters}
        onClearAll={() => setFilter({})}
      >
        <Button variant="bare" icon={<CalendarRange size={14} aria-hidden />} onClick={() => setChoosingRange(true)}>
          Days and amounts
        </Button>
      </FilterBar>
      <StatusRow counts={counts} selected={filter.status ?? []} onSelect={(status) => setFilter({ ...filter, status })} />
      <output className="flex-none text-13 text-ink-2 not-empty:py-2">{first?.search?.sentence}</output>
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
        empty={
          list.isError ? (
            <EmptyState kind="failed" title="The list could not be read">
              {list.error.message}
            </EmptyState>
          ) : (
            <Nothing filter={filter} needsMore={first?.search?.needsMore ?? false} onClear={() => setFilter({})} />
          )
        }
        paging={{
          kind: "more",
          hasMore: list.hasNextPage,
          loadingMore: list.isFetchingNextPage,
          onMore: () => void list.fetchNextPage(),
          total,
        }}
      />
      {openId === null ? null : (
        <Suspense fallback={null}>
          <TransactionPanel
            id={openId}
            aside={<Neighbours keys={rows.map((row) => row.id)} open={rows[at]?.id ?? openId} onOpen={setOpen} more={list.hasNextPage} />}
            onClose={() => setOpen(null)}
          />
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

function Nothing({ filter, needsMore, onClear }: { filter: TransactionFilter; needsMore: boolean; onClear: () => void }) {
  if (serialiseFilter(filter).size === 0)
    return (
      <EmptyState kind="none-yet" title="No transactions yet">
        Payments appear when a customer pays a link, payouts when a maker asks for one.
      </EmptyState>
    );
  if (needsMore)
    return (
      <EmptyState kind="none-match" title="Four digits are not enough by themselves">
        Add a date range or another filter, then they find accounts ending in them.
      </EmptyState>
    );
  const search = understand(filter);
  return (
    <EmptyState kind="none-match" title="Nothing matches" act={<Button onClick={onClear}>Clear search and filters</Button>}>
      {search === null ? "No movement fits all of these filters together." : nothingFound(search)}
    </EmptyState>
  );
}
