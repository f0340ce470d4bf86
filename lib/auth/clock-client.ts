// How long the session still lives; apart from signing in, because every page of the desk asks for it.
import * as z from "zod/mini";
import { api } from "@/lib/http/client";

export const sessionClockAnswer = z.object({ idleSeconds: z.int(), absoluteSeconds: z.int() });
export type SessionClock = z.infer<typeof sessionClockAnswer>;

/** How long this session still lives; `acting` says that the person asked, and keeps it alive. */
export function askSessionClock(acting: boolean): Promise<SessionClock> {
  return api.get("/api/sessions/clock", sessionClockAnswer, { background: !acting });
}
