import { mutationOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { clientList, clientMade, clientPanel, clientRow, ownerList, type CreateClientInput, type RotateClientInput } from "./contract.ts";

export const clientsKey = ["clients"] as const;

export const clientsQuery = queryOptions({ queryKey: [...clientsKey, "list"], queryFn: ({ signal }) => api.get("/api/clients", clientList, { signal }), staleTime: 10_000 });

export const clientQuery = (id: string) =>
  queryOptions({ queryKey: [...clientsKey, "one", id], queryFn: ({ signal }) => api.get(`/api/clients/${id}`, clientPanel, { signal }), staleTime: 10_000 });

export const ownersQuery = queryOptions({ queryKey: [...clientsKey, "owners"], queryFn: ({ signal }) => api.get("/api/clients/owners", ownerList, { signal }), staleTime: 60_000 });

// The answers below may carry a secret: they live in the dialog that shows it, and never in the cache.
export const createClientMutation = mutationOptions({
  mutationKey: [...clientsKey, "create"],
  gcTime: 0,
  mutationFn: (input: CreateClientInput) => api.post("/api/clients", input, clientMade),
});

export const rotateClientMutation = mutationOptions({
  mutationKey: [...clientsKey, "rotate"],
  gcTime: 0,
  mutationFn: ({ id, ...input }: RotateClientInput & { id: string }) => api.post(`/api/clients/${id}/rotate`, input, clientMade),
});

export const disableClientMutation = mutationOptions({
  mutationKey: [...clientsKey, "disable"],
  mutationFn: ({ id, reason }: { id: string; reason: string }) => api.post(`/api/clients/${id}/disable`, { reason }, clientRow),
});

export const enableClientMutation = mutationOptions({
  mutationKey: [...clientsKey, "enable"],
  mutationFn: ({ id, reason }: { id: string; reason: string }) => api.post(`/api/clients/${id}/enable`, { reason }, clientRow),
});
