import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { accountShape, accountsPageShape } from "./contract.ts";

export const accountsQuery = infiniteQueryOptions({
  queryKey: ["accounts", "list"],
  queryFn: ({ pageParam, signal }) => api.get(`/api/accounts${pageParam === null ? "" : `?cursor=${pageParam}`}`, accountsPageShape, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.nextCursor,
});

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ["accounts", "one", id],
    queryFn: ({ signal }) => api.get(`/api/accounts/${id}`, accountShape, { signal }),
  });
