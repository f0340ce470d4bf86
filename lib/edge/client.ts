import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type * as z from "zod/mini";
import { api } from "@/lib/http/client";
import { ipRulesShape, previewShape, type addRuleInput, type endRuleInput, type placeBanInput, type previewInput } from "./contract.ts";

export const ipRulesKey = ["ip-rules"] as const;

export const ipRulesQuery = queryOptions({ queryKey: ipRulesKey, queryFn: ({ signal }) => api.get("/api/ip-rules", ipRulesShape, { signal }) });

/** Who would be cut off; asked while the form is filled in. */
export const previewQuery = (change: z.input<typeof previewInput> | null) =>
  queryOptions({
    queryKey: [...ipRulesKey, "preview", change],
    queryFn: ({ signal }) => api.post("/api/ip-rules/preview", change, previewShape, { signal }),
    enabled: change !== null,
    retry: false,
    staleTime: 0,
  });

export const addRuleMutation = mutationOptions({
  mutationKey: ["ip-rules", "add"],
  mutationFn: (input: z.input<typeof addRuleInput>) => api.post("/api/ip-rules", input, ipRulesShape),
});

export const endRuleMutation = mutationOptions({
  mutationKey: ["ip-rules", "end"],
  mutationFn: ({ id, ...input }: { id: string } & z.input<typeof endRuleInput>) => api.post(`/api/ip-rules/${id}/end`, input, ipRulesShape),
});

export const placeBanMutation = mutationOptions({
  mutationKey: ["ip-rules", "ban"],
  mutationFn: (input: z.input<typeof placeBanInput>) => api.post("/api/ip-rules/bans", input, ipRulesShape),
});

export const liftBanMutation = mutationOptions({
  mutationKey: ["ip-rules", "lift"],
  mutationFn: ({ id, ...input }: { id: string } & z.input<typeof endRuleInput>) => api.post(`/api/ip-rules/bans/${id}/lift`, input, ipRulesShape),
});
