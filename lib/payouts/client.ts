// The browser's door: keys, queries and mutations of payouts as plain objects.
import { infiniteQueryOptions, mutationOptions, queryOptions } from "@tanstack/react-query";
import { signed } from "@/lib/auth/client";
import type { DeviceOptions } from "@/lib/auth/contract";
import { api } from "@/lib/http/client";
import { approvalChallenge, payoutOutcome, payoutPage, payoutPanel, payoutPreview, payoutQueueFigures, type PayoutQueue, type PayoutStatus } from "./contract.ts";

export type PayoutFilters = { queue?: PayoutQueue | undefined; status?: PayoutStatus | undefined; account?: string | undefined; q?: string | undefined };

/** Wire form of the request: amounts are decimal strings of paise. */
export type PayoutRequest = { accountId: string; beneficiaryId: string; amountPaise: string; purpose: string };
export type PayoutSketch = { accountId: string; beneficiaryId?: string; amountPaise?: string };

export const payoutKeys = {
  all: ["payouts"] as const,
  list: (filters: PayoutFilters) => ["payouts", "list", filters] as const,
  queues: ["payouts", "queues"] as const,
  panel: (id: string) => ["payouts", "panel", id] as const,
  preview: (sketch: PayoutSketch) => ["payouts", "preview", sketch] as const,
};

function search(filters: PayoutFilters, cursor: string | null): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) params.set(name, value);
  if (cursor !== null) params.set("cursor", cursor);
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

export function payoutsQuery(filters: PayoutFilters) {
  return infiniteQueryOptions({
    queryKey: payoutKeys.list(filters),
    queryFn: ({ pageParam, signal }) => api.get(`/api/payouts${search(filters, pageParam)}`, payoutPage, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** How much waits in each queue, for the tabs. */
export const payoutQueuesQuery = queryOptions({ queryKey: payoutKeys.queues, queryFn: ({ signal }) => api.get("/api/payouts/queues", payoutQueueFigures, { signal }) });

export function payoutQuery(id: string) {
  return queryOptions({ queryKey: payoutKeys.panel(id), queryFn: ({ signal }) => api.get(`/api/payouts/${id}`, payoutPanel, { signal }) });
}

/** Live headroom and failing predicates of the form; keep the previous answer while the next one loads. */
export function payoutPreviewQuery(sketch: PayoutSketch) {
  return queryOptions({
    queryKey: payoutKeys.preview(sketch),
    queryFn: ({ signal }) => api.post("/api/payouts/preview", sketch, payoutPreview, { signal }),
    placeholderData: (previous) => previous,
    staleTime: 5_000,
  });
}

/** The form mints `idempotencyKey` once (16 to 64 of [A-Za-z0-9_-]) and keeps it over retries. */
export const createPayoutMutation = mutationOptions({
  mutationFn: (input: { request: PayoutRequest; idempotencyKey: string }) => api.post("/api/payouts", input.request, payoutOutcome, { idempotencyKey: input.idempotencyKey }),
});

/** Asks for the single-use challenge for exactly the statement on screen; 409 `statement_changed` when it is not current. */
export const startApprovalMutation = mutationOptions({
  mutationFn: (input: { id: string; digest: string }) => api.post(`/api/payouts/${input.id}/challenge`, { digest: input.digest }, approvalChallenge),
});

type Signature = { code: string } | { device: DeviceOptions };

/** Signs with a code, or has a device sign first: nothing is sent before it has. */
export const approvePayoutMutation = mutationOptions({
  mutationFn: async ({ id, challengeId, ...by }: { id: string; challengeId: string } & Signature) =>
    api.post(`/api/payouts/${id}/approve`, { challengeId, ...("code" in by ? { code: by.code } : { passkey: await signed(by.device) }) }, payoutOutcome),
});

function withReason(verb: "reject" | "cancel" | "release") {
  return mutationOptions({ mutationFn: (input: { id: string; reason: string }) => api.post(`/api/payouts/${input.id}/${verb}`, { reason: input.reason }, payoutOutcome) });
}

/** What two people decide about a transfer that the gateway has not known for a day. */
function decideUnknown(choice: "send_again" | "give_up") {
  return mutationOptions({ mutationFn: (input: { id: string; reason: string }) => api.post(`/api/payouts/${input.id}/unknown`, { choice, reason: input.reason }, payoutOutcome) });
}

export const sendAgainMutation = decideUnknown("send_again");
export const giveUpMutation = decideUnknown("give_up");

export const rejectPayoutMutation = withReason("reject");
export const cancelPayoutMutation = withReason("cancel");
export const releasePayoutMutation = withReason("release");
