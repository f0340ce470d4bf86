"use client";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useMark } from "@/components/transactions/use-mark.ts";
import { countText } from "@/components/ui/count.ts";
import { clockNow } from "@/lib/time";
import { transactionCountsQuery, transactionQuery, transactionsQuery } from "@/lib/transactions/client";
import { serialiseFilter, type TransactionCounts, type TransactionFilter, type TransactionMark, type TransactionPage, type TransactionRow } from "@/lib/transactions/contract";

export type InitialList = { filter: TransactionFilter; page: TransactionPage; counts: TransactionCounts; mark: TransactionMark };

type At = { filter: TransactionFilter; openId: string | null; open: (id: string) => void };

// What the mark does not tell of is read at least this often.
const pollMs = 30_000;

/** The rows under a filter with their counts, kept fresh; starts from what the server already read. */
export function useTransactionList(initial: InitialList, { filter, openId, open }: At) {
  const key = serialiseFilter(filter).toString();
  const same = key === serialiseFilter(initial.filter).toString();
  const list = useInfiniteQuery({ ...transactionsQuery(filter), refetchInterval: pollMs, ...(same ? { initialData: { pages: [initial.page], pageParams: [null] } } : {}) });
  const { data: counts } = useQuery({ ...transactionCountsQuery(filter), refetchInterval: pollMs, ...(same ? { initialData: initial.counts } : {}) });
  const costly = filter.q !== undefined || (list.data?.pages.length ?? 0) > shortPages;
  useFollow(initial.mark, { filter, openId, costly, countCostly: costly || counts === undefined || counts.all.more || counts.all.count > fewRows });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const first = list.data?.pages[0];
  useOpenExact({ key, exactId: list.isPlaceholderData ? null : (first?.exactId ?? null), openId, open });
  const at = rows.findIndex((row) => row.id === openId || row.sourceId === openId);
  useNeighbours(rows, at);
  return { list, counts, rows, first, at, changedKeys: useChanged(rows, key), total: counts === undefined ? undefined : totalText(filter, counts, rows.length) };
}

const shortPages = 3;
// Counting these reads about as much as showing a page or two of them.
const fewRows = 500;
const costlyEveryMs = 10_000;

type Followed = { filter: TransactionFilter; openId: string | null; costly: boolean; countCostly: boolean };

/** Reads again what is shown as soon as any movement has changed; what costs more, a search, a long list and the counts of many, less often. */
function useFollow(initial: TransactionMark, { filter, openId, costly, countCostly }: Followed): void {
  const client = useQueryClient();
  useMark(initial, () => {
    const again = (queryKey: readonly unknown[], everyMs: number) => {
      const waitMs = everyMs === 0 ? 0 : (client.getQueryState(queryKey)?.dataUpdatedAt ?? 0) + everyMs - clockNow().getTime();
      return setTimeout(() => void client.invalidateQueries({ queryKey, exact: true }), Math.max(0, waitMs));
    };
    const timers = [
      again(transactionsQuery(filter).queryKey, costly ? costlyEveryMs : 0),
      again(transactionCountsQuery(filter).queryKey, countCostly ? costlyEveryMs : 0),
      ...(openId === null ? [] : [again(transactionQuery(openId).queryKey, 0)]),
    ];
    return () => timers.forEach(clearTimeout);
  });
}

function totalText(filter: TransactionFilter, counts: TransactionCounts, shown: number): string | undefined {
  const parts = filter.status?.map((status) => counts.byStatus[status]) ?? [counts.all];
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const more = parts.some((part) => part.more);
  // The rows may be younger than their count.
  return shown > count && !more ? undefined : `${countText(count)}${more ? "+" : ""}`;
}

/** A search with one answer opens it, once; closing it again stays closed. */
function useOpenExact({ key, exactId, openId, open }: { key: string; exactId: string | null; openId: string | null; open: (id: string) => void }): void {
  const opened = useRef<string | null>(null);
  useEffect(() => {
    if (exactId === null || opened.current === key) return;
    opened.current = key;
    // The router hears of a new address only once the whole page has come alive.
    if (openId === null) setTimeout(() => open(exactId));
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
