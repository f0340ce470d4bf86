import { infiniteQueryOptions, mutationOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { auditEventShape, auditListShape, verifyReportShape, type AuditFilter } from "./contract.ts";

export type AuditSearch = Partial<Omit<AuditFilter, "cursor" | "limit">>;

export const auditKeys = {
  all: ["audit"] as const,
  list: (search: AuditSearch) => [...auditKeys.all, "list", search] as const,
  event: (id: string) => [...auditKeys.all, "event", id] as const,
};

function path(search: AuditSearch, cursor: string | null): string {
  const query = new URLSearchParams(
    Object.entries({ ...search, cursor: cursor ?? undefined }).filter((pair): pair is [string, NonNullable<(typeof pair)[1]>] => pair[1] !== undefined),
  );
  return `/api/audit?${query}`;
}

/** The trail, newest first, page after page. */
export const auditListQuery = (search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: auditKeys.list(search),
    queryFn: ({ pageParam, signal }) => api.get(path(search, pageParam), auditListShape, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });

export const auditEventQuery = (id: string) =>
  queryOptions({ queryKey: auditKeys.event(id), queryFn: ({ signal }) => api.get(`/api/audit/${encodeURIComponent(id)}`, auditEventShape, { signal }) });

export const verifyTrailMutation = mutationOptions({ mutationKey: [...auditKeys.all, "verify"], mutationFn: () => api.post("/api/audit/verify", {}, verifyReportShape) });
