// The browser's door: keys and queries of the webhooks inbox as plain objects.
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { webhookPage, type WebhookSource, type WebhookStatus } from "./contract.ts";

export type WebhookFilter = { source?: WebhookSource; status?: WebhookStatus };

export const webhookKeys = {
  all: ["webhooks"] as const,
  list: (filter: WebhookFilter) => ["webhooks", "list", filter] as const,
};

export function webhooksQuery(filter: WebhookFilter) {
  return infiniteQueryOptions({
    queryKey: webhookKeys.list(filter),
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams(Object.entries({ ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }));
      return api.get(`/api/webhooks${params.size === 0 ? "" : `?${params}`}`, webhookPage, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}
