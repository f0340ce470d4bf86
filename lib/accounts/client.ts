import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { accountShape, accountsPageShape, type AccountsQuery } from "./contract.ts";

export const accountsQuery = (query: AccountsQuery = {}) =>
  queryOptions({
    queryKey: ["accounts", "list", query],
    queryFn: ({ signal }) => api.get(`/api/accounts?${new URLSearchParams(query as Record<string, string>)}`, accountsPageShape, { signal }),
  });

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ["accounts", "one", id],
    queryFn: ({ signal }) => api.get(`/api/accounts/${id}`, accountShape, { signal }),
  });
