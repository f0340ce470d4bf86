// The browser's side of sessions: what is open, ending it, and how long this one still lives.
import { api } from "@/lib/http/client";
import { endedSessions, sessionClockAnswer, sessionList, type SessionClock } from "./contract.ts";

export const sessionsQuery = { queryKey: ["sessions"] as const, queryFn: () => api.get("/api/sessions", sessionList) };
export const endSessionMutation = { mutationFn: ({ id }: { id: string }) => api.post(`/api/sessions/${id}/end`, {}, endedSessions) };
export const endOtherSessionsMutation = { mutationFn: () => api.post("/api/sessions/end-others", {}, endedSessions) };

/** A person's sessions, for those who look after access. */
export const sessionsOfQuery = (userId: string) => ({ queryKey: ["sessions", userId] as const, queryFn: () => api.get(`/api/users/${userId}/sessions`, sessionList) });
export const endSessionsOfMutation = {
  mutationFn: ({ userId, sessionId, reason }: { userId: string; sessionId: string; reason: string }) =>
    api.post(`/api/users/${userId}/sessions/end`, { sessionId, reason }, endedSessions),
};

/** How long this session still lives; `acting` says that the person asked, and keeps it alive. */
export function askSessionClock(acting: boolean): Promise<SessionClock> {
  return api.get("/api/sessions/clock", sessionClockAnswer, { background: !acting });
}
