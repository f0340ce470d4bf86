import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type * as z from "zod/mini";
import { api } from "@/lib/http/client";
import { settingDetailShape, settingListShape, type decideInput, type proposeInput, type SettingName } from "./contract.ts";

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
