import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { verdictsPageShape, type VerdictsQuery } from "./contract.ts";

export const verdictsQuery = (query: VerdictsQuery = {}) =>
  queryOptions({
    queryKey: ["risk", "verdicts", query],
    queryFn: ({ signal }) => api.get(`/api/risk/verdicts?${new URLSearchParams(query as Record<string, string>)}`, verdictsPageShape, { signal }),
  });
