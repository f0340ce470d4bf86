// The browser's door: keys and queries of the transactions list as plain objects.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { serialiseFilter, transactionCounts, transactionMark, transactionPage, transactionPanel, type TransactionFilter } from "./contract.ts";

/** Two equal filters give one key, whatever the order of their parts. */
const keyOf = (filter: TransactionFilter): string => serialiseFilter(filter).toString();

export const transactionKeys = {
  all: ["transactions"] as const,
  list: (filter: TransactionFilter) => ["transactions", "list", keyOf(filter)] as const,
  counts: (filter: TransactionFilter) => ["transactions", "counts", keyOf(filter)] as const,
  mark: ["transactions", "mark"] as const,
  panel: (id: string) => ["transactions", "panel", id] as const,
};

function address(path: string, filter: TransactionFilter, cursor: string | null = null): string {
  const params = serialiseFilter(filter);
  if (cursor !== null) params.set("cursor", cursor);
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

export function transactionsQuery(filter: TransactionFilter) {
  return infiniteQueryOptions({
    queryKey: transactionKeys.list(filter),
    queryFn: ({ pageParam, signal }) => api.get(address("/api/transactions", filter, pageParam), transactionPage, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

/** The counts do not depend on the chosen status, so choosing one asks nothing new. */
export function transactionCountsQuery(filter: TransactionFilter) {
  const { status: _status, ...rest } = filter;
  return queryOptions({
    queryKey: transactionKeys.counts(rest),
    queryFn: ({ signal }) => api.get(address("/api/transactions/counts", rest), transactionCounts, { signal }),
    placeholderData: keepPreviousData,
  });
}

/** Asked often, and cheap: what has changed is read only when this has. */
export const transactionMarkQuery = queryOptions({
  queryKey: transactionKeys.mark,
  queryFn: ({ signal }) => api.get("/api/transactions/mark", transactionMark, { signal }),
  refetchInterval: 2_500,
  staleTime: 0,
});

export function transactionQuery(id: string) {
  return queryOptions({ queryKey: transactionKeys.panel(id), queryFn: ({ signal }) => api.get(`/api/transactions/${id}`, transactionPanel, { signal }) });
}
