// A half-signed-in person: their password was right, their second factor is still to come.
import type { Ctx, UserActor } from "@/lib/context";
import { AppError, conflict } from "@/lib/errors";
import type { LiveSession } from "./session-load.ts";
import { sessionFrom } from "./sessions.ts";

/** The pending session of a request; throws `signed_out` without one, `already_signed_in` with a full one. */
export async function requirePending(headers: Headers, now: Date): Promise<LiveSession> {
  const live = await sessionFrom(headers, now);
  if (live === null) throw new AppError("unauthenticated", "signed_out", "This took too long, or it was done elsewhere. Sign in again.");
  if (live.level === "full") throw conflict("already_signed_in", "You are already signed in.");
  return live;
}

export function actingAs(ctx: Ctx, actor: UserActor): Ctx {
  return { ...ctx, actor };
}
