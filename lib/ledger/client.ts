import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { entriesPageShape, trialBalanceShape, type EntriesQuery } from "./contract.ts";

export type EntryFilter = Pick<EntriesQuery, "account" | "kind" | "source">;

function search(filter: EntryFilter, cursor: string | null): URLSearchParams {
  const params = new URLSearchParams(Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  if (cursor !== null) params.set("cursor", cursor);
  return params;
}

export const entriesQuery = (filter: EntryFilter) =>
  infiniteQueryOptions({
    queryKey: ["ledger", "entries", filter],
    queryFn: ({ pageParam, signal }) => api.get(`/api/ledger/entries?${search(filter, pageParam)}`, entriesPageShape, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const trialBalanceQuery = queryOptions({
  queryKey: ["ledger", "trial-balance"],
  queryFn: ({ signal }) => api.get("/api/ledger/trial-balance", trialBalanceShape, { signal }),
});
