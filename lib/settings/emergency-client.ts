import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type * as z from "zod/mini";
import { api } from "@/lib/http/client";
import { emergencyShape, type restartInput, type stopInput } from "./emergency-contract.ts";

const emergencyKey = ["emergency"] as const;

export const emergencyQuery = queryOptions({
  queryKey: emergencyKey,
  queryFn: ({ signal }) => api.get("/api/emergency", emergencyShape, { signal }),
  refetchInterval: 15_000,
});

export const stopMutation = mutationOptions({
  mutationKey: ["emergency", "stop"],
  mutationFn: (input: z.input<typeof stopInput>) => api.post("/api/emergency", input, emergencyShape),
});

export const restartMutation = mutationOptions({
  mutationKey: ["emergency", "restart"],
  mutationFn: (input: z.input<typeof restartInput>) => api.post("/api/emergency/restart", input, emergencyShape),
});
