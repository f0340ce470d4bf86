import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { overviewShape } from "./contract.ts";

export const overviewQuery = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => api.get("/api/overview", overviewShape, { signal }),
  refetchInterval: 15_000,
});
