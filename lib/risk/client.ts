import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { verdictsPageShape, type VerdictOutcome } from "./contract.ts";

export const verdictsQuery = (outcome: VerdictOutcome | null) =>
  infiniteQueryOptions({
    queryKey: ["risk", "verdicts", outcome],
    queryFn: ({ pageParam, signal }) => {
      const params = new URLSearchParams({ ...(outcome === null ? {} : { outcome }), ...(pageParam === null ? {} : { cursor: pageParam }) });
      return api.get(`/api/risk/verdicts?${params}`, verdictsPageShape, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
