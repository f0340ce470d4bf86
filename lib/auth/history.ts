// How the people of a demo's history come to their sessions: as anyone signs in, without the second that a password's hash takes.
import { and, eq, isNull } from "drizzle-orm";
import { authSessions } from "@/db/schema/auth";
import { config } from "@/lib/config";
import { withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { recordPending, recordPromotion } from "./commands.ts";
import { toSignIn } from "./factor-use.ts";
import { actingAs } from "./pending.ts";
import { checkCode } from "./second-factor.ts";

/** Signs a demo's person in with a code of theirs; answers the id of their session. Refused wherever money is real. */
export async function signInInHistory(guest: Ctx, { userId, code }: { userId: string; code: string }): Promise<string> {
  if (config().mode !== "demo") throw new AppError("forbidden", "not_a_demo", "Only a demo has a history to fill.");
  const pending = await withTransaction(guest, (tx) => recordPending(tx, userId));
  const known = actingAs(guest, { kind: "user", userId, sessionId: pending.sessionId, roles: [], permissions: [], factor: null });
  const checked = await checkCode(known, userId, { code, use: toSignIn(userId) });
  return (await withTransaction(known, (tx) => recordPromotion(tx, { id: pending.sessionId, userId }, checked))).sessionId;
}

/** Counts what they do now as activity of that session. */
export async function seenInHistory(ctx: Ctx, sessionId: string): Promise<void> {
  await withTransaction(ctx, (tx) =>
    tx.db
      .update(authSessions)
      .set({ lastActiveAt: ctx.now })
      .where(and(eq(authSessions.id, sessionId), isNull(authSessions.endedAt))),
  );
}
