// The browser's side of sessions: what is open, and ending it.
import { api } from "@/lib/http/client";
import { endedSessions, sessionList } from "./contract.ts";

export const sessionsQuery = { queryKey: ["sessions"] as const, queryFn: () => api.get("/api/sessions", sessionList) };
export const endSessionMutation = { mutationFn: ({ id }: { id: string }) => api.post(`/api/sessions/${id}/end`, {}, endedSessions) };
export const endOtherSessionsMutation = { mutationFn: () => api.post("/api/sessions/end-others", {}, endedSessions) };

/** A person's sessions, for those who look after access. */
export const sessionsOfQuery = (userId: string) => ({ queryKey: ["sessions", userId] as const, queryFn: () => api.get(`/api/users/${userId}/sessions`, sessionList) });
export const endSessionsOfMutation = {
  mutationFn: ({ userId, sessionId, reason }: { userId: string; sessionId: string; reason: string }) =>
    api.post(`/api/users/${userId}/sessions/end`, { sessionId, reason }, endedSessions),
};
