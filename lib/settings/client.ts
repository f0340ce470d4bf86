import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type * as z from "zod/mini";
import { api } from "@/lib/http/client";
import { emergencyShape, settingDetailShape, settingListShape, type decideInput, type proposeInput, type restartInput, type SettingName, type stopInput } from "./contract.ts";

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

const settingsKey = ["settings"] as const;

export const settingsQuery = queryOptions({ queryKey: [...settingsKey, "list"], queryFn: ({ signal }) => api.get("/api/settings", settingListShape, { signal }) });

export const settingQuery = (name: SettingName) =>
  queryOptions({ queryKey: [...settingsKey, "one", name], queryFn: ({ signal }) => api.get(`/api/settings/${name}`, settingDetailShape, { signal }) });

export const proposeMutation = mutationOptions({
  mutationKey: [...settingsKey, "propose"],
  mutationFn: (input: z.input<typeof proposeInput>) => api.post("/api/settings", input, settingDetailShape),
});

export const decideMutation = mutationOptions({
  mutationKey: [...settingsKey, "decide"],
  mutationFn: ({ id, ...input }: z.input<typeof decideInput> & { id: string }) => api.post(`/api/settings/proposals/${id}/decide`, input, settingDetailShape),
});

export const withdrawMutation = mutationOptions({
  mutationKey: [...settingsKey, "withdraw"],
  mutationFn: (id: string) => api.post(`/api/settings/proposals/${id}/withdraw`, {}, settingDetailShape),
});
