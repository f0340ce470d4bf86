import { queryOptions } from "@tanstack/react-query";
import * as z from "zod/mini";
import { readinessShape, type Readiness } from "@/lib/monitoring/contract";

/** Whether the desk's dependencies are good. Read here and not through `api`: a 503 is an answer, not a failure. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: async ({ signal }): Promise<Readiness> => {
    const response = await fetch("/api/health/ready", { signal, cache: "no-store", headers: { accept: "application/json" } });
    return z.parse(readinessShape, await response.json());
  },
  refetchInterval: 30_000,
  retry: false,
});
