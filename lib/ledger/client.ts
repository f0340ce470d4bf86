import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { entriesPageShape, trialBalanceShape, type EntriesQuery } from "./contract.ts";

export const entriesQuery = (filter: EntriesQuery) =>
  queryOptions({
    queryKey: ["ledger", "entries", filter],
    queryFn: ({ signal }) => api.get(`/api/ledger/entries?${new URLSearchParams(filter as Record<string, string>)}`, entriesPageShape, { signal }),
  });

export const trialBalanceQuery = queryOptions({
  queryKey: ["ledger", "trial-balance"],
  queryFn: ({ signal }) => api.get("/api/ledger/trial-balance", trialBalanceShape, { signal }),
});
