import { mutationOptions, queryOptions } from "@tanstack/react-query";
import type { Role } from "@/lib/access";
import { api } from "@/lib/http/client";
import {
  changesShape,
  csvShape,
  doneShape,
  invitedShape,
  linkShape,
  pathsShape,
  peopleShape,
  personShape,
  previewShape,
  proposedShape,
  reportShape,
  reviewShape,
  reviewsShape,
  startedShape,
  type Change,
  type HandedLink,
  type InviteInput,
  type PreviewInput,
  type ReviewItemInput,
  type RoleInput,
} from "./contract.ts";

/** Everything about people hangs together: one act can change several lists. */
export const userKeys = { all: ["users"] as const };

const key = (...parts: readonly string[]) => [...userKeys.all, ...parts];
const atOf = (at: string | null) => (at === null ? "" : `?at=${encodeURIComponent(at)}`);

export const peopleQuery = queryOptions({ queryKey: key("list"), queryFn: ({ signal }) => api.get("/api/users", peopleShape, { signal }) });

export const personQuery = (id: string) => queryOptions({ queryKey: key("person", id), queryFn: ({ signal }) => api.get(`/api/users/${id}`, personShape, { signal }) });

export const changesQuery = queryOptions({ queryKey: key("changes"), queryFn: ({ signal }) => api.get("/api/changes", changesShape, { signal }), refetchInterval: 15_000 });

export const pathsQuery = (at: string | null) =>
  queryOptions({ queryKey: key("paths", at ?? "now"), queryFn: ({ signal }) => api.get(`/api/roles/paths${atOf(at)}`, pathsShape, { signal }) });

export const reportQuery = (at: string | null) =>
  queryOptions({ queryKey: key("report", at ?? "now"), queryFn: ({ signal }) => api.get(`/api/roles/report${atOf(at)}`, reportShape, { signal }) });

export const previewQuery = (input: PreviewInput) =>
  queryOptions({ queryKey: key("preview", JSON.stringify(input)), queryFn: ({ signal }) => api.post("/api/roles/preview", input, previewShape, { signal }), retry: false });

export const reviewsQuery = queryOptions({ queryKey: key("reviews"), queryFn: ({ signal }) => api.get("/api/reviews", reviewsShape, { signal }) });

export const reviewQuery = (id: string) => queryOptions({ queryKey: key("review", id), queryFn: ({ signal }) => api.get(`/api/reviews/${id}`, reviewShape, { signal }) });

type About<T> = { id: string } & T;

export const inviteMutation = mutationOptions({ mutationKey: key("invite"), mutationFn: (input: InviteInput) => api.post("/api/users", input, invitedShape) });

export const proposeRoleMutation = mutationOptions({
  mutationKey: key("propose"),
  mutationFn: ({ id, ...input }: About<RoleInput>) => api.post(`/api/users/${id}/roles`, input, proposedShape),
});

export type PersonVerb = "disable" | "enable" | "reset_factors" | "reset_password" | "end_role";

type PersonDeed = About<{ verb: PersonVerb; reason: string; role?: Role | undefined }>;

/** Every act on a person that needs nothing but a reason. Answers the link of the one that makes a link. */
export const personActMutation = mutationOptions({
  mutationKey: key("act"),
  mutationFn: async ({ id, verb, reason, role }: PersonDeed): Promise<HandedLink | null> => {
    if (verb === "reset_password") return api.post(`/api/users/${id}/reset-password`, { reason }, linkShape);
    if (verb === "reset_factors") await api.post(`/api/users/${id}/reset-factors`, { reason }, proposedShape);
    else if (verb === "end_role") await api.post(`/api/users/${id}/roles/end`, { role, reason }, doneShape);
    else await api.post(`/api/users/${id}/${verb}`, { reason }, doneShape);
    return null;
  },
});

export const inviteAgainMutation = mutationOptions({
  mutationKey: key("invite-again"),
  mutationFn: ({ id }: { id: string }) => api.post(`/api/users/${id}/invitation`, {}, linkShape),
});

type Deciding = { change: Change; decision: "approve" | "refuse"; reason?: string };

export const decideMutation = mutationOptions({
  mutationKey: key("decide"),
  mutationFn: ({ change, decision, reason }: Deciding) =>
    api.post(`/api/changes/${change.id}/${change.kind === "factor_reset" ? "decide-reset" : "decide"}`, { decision, ...(reason === undefined ? {} : { reason }) }, doneShape),
});

export const withdrawMutation = mutationOptions({ mutationKey: key("withdraw"), mutationFn: ({ id }: { id: string }) => api.post(`/api/changes/${id}/withdraw`, {}, doneShape) });

export const exportReportMutation = mutationOptions({
  mutationKey: key("export"),
  mutationFn: ({ at }: { at: string | null }) => api.post("/api/roles/report/export", at === null ? {} : { at }, csvShape),
});

export const startReviewMutation = mutationOptions({
  mutationKey: key("start-review"),
  mutationFn: (input: { dueDays: number }) => api.post("/api/reviews", input, startedShape),
});

export const reviewItemMutation = mutationOptions({
  mutationKey: key("review-item"),
  mutationFn: ({ id, ...input }: About<ReviewItemInput>) => api.post(`/api/reviews/items/${id}`, input, doneShape),
});
