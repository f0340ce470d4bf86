import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { readinessShape } from "@/lib/monitoring/readiness-contract";

/** Whether the desk's dependencies are good. */
export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: ({ signal }) => api.look("/api/health/ready", readinessShape, { signal }),
  refetchInterval: 30_000,
  retry: false,
});
