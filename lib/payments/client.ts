// The browser's door: keys, queries and mutations of payment links as plain objects.
import { infiniteQueryOptions, keepPreviousData, mutationOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { linkPage, linkRow, type LinkStatus } from "./contract.ts";

export type LinkFilter = { status?: LinkStatus | undefined; q?: string | undefined };

/** Wire form of the request: amounts are decimal strings of paise. */
export type LinkRequest = { accountId: string; amountPaise: string; purpose: string; phone: string; email?: string; customerName?: string; validDays: number };

export const linkKeys = {
  all: ["links"] as const,
  list: (filter: LinkFilter) => ["links", "list", filter] as const,
  one: (id: string) => ["links", "one", id] as const,
};

export function linksQuery(filter: LinkFilter) {
  return infiniteQueryOptions({
    queryKey: linkKeys.list(filter),
    queryFn: ({ pageParam, signal }) => {
      const parts = Object.entries({ ...filter, cursor: pageParam ?? undefined });
      const params = new URLSearchParams(parts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
      return api.get(`/api/links${params.size === 0 ? "" : `?${params}`}`, linkPage, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

/** One link, by its id. */
export const linkQuery = (id: string) => queryOptions({ queryKey: linkKeys.one(id), queryFn: ({ signal }) => api.get(`/api/links/${id}`, linkRow, { signal }) });

/** The form mints `idempotencyKey` once and keeps it over retries. */
export const createLinkMutation = mutationOptions({
  mutationFn: (input: { request: LinkRequest; idempotencyKey: string }) => api.post("/api/links", input.request, linkRow, { idempotencyKey: input.idempotencyKey }),
});

export const cancelLinkMutation = mutationOptions({ mutationFn: (input: { id: string }) => api.post(`/api/links/${input.id}/cancel`, {}, linkRow) });
