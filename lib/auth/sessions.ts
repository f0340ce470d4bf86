// The session rows, which are the truth about who is signed in; the cookie only points at one.
import { and, desc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { authSessions, authTickets } from "@/db/schema/auth";
import { recordAudit } from "@/lib/audit";
import { systemCtx, withTransaction, type Ctx, type Factor, type Tx, type UserActor } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { clientIp, networkKey } from "@/lib/http/address";
import { userAgentOf } from "@/lib/http/user-agent";
import { newId } from "@/lib/ids";
import { raiseQuietly, recordEvent } from "@/lib/monitoring";
import { plusMs } from "@/lib/time";
import { unseal } from "@/lib/vault";
import { deviceOf, kinshipOf } from "./device.ts";
import { sessionRules } from "./policy.ts";
import { loadSession, sessionLimits, type Level, type LiveSession } from "./session-load.ts";
import { newToken, tokenFrom, tokenHash } from "./tokens.ts";
import { noteTravel } from "./travel.ts";

export type Session = { actor: UserActor; level: Level; name: string; emailMasked: string };

/** The live session with what a page shows of its person; counts as activity unless the request is a background one. */
export async function findSession(headers: Headers, base: Ctx): Promise<Session | null> {
  const live = await sessionFrom(headers, base.now);
  if (live === null) return null;
  await touch(live, headers, { ...base, actor: live.actor });
  const [name, email] = await Promise.all([unsealName(live.userId, live.nameCt), unseal({ table: "users", column: "email_ct", rowId: live.userId }, live.emailCt)]);
  return { actor: live.actor, level: live.level, name, emailMasked: email.replace(/^(.)[^@]*/u, "$1•••") };
}

/**
 * The live session of a request's cookie, which does not count as activity. A cookie that turns up in another kind of browser
 * was copied: the session ends there and then, for both. A browser that shows its other face ("request desktop site") keeps its
 * session in the network it was opened in, and elsewhere signs in again.
 */
export async function sessionFrom(headers: Headers, now: Date): Promise<LiveSession | null> {
  const token = await tokenFrom(headers);
  const live = token === null ? null : await loadSession(token, now);
  if (live === null) return null;
  const userAgent = userAgentOf(headers);
  const kinship = kinshipOf(live.userAgent, userAgent);
  if (kinship === "same") return live;
  const machinery = { ...systemCtx("sessions"), now, ip: clientIp(headers) };
  const stays = kinship === "other_face" && live.ip !== null && networkKey(live.ip) === networkKey(machinery.ip);
  if (stays) await noteFace(machinery, live, userAgent);
  else await withTransaction(machinery, (tx) => endForBrowser(tx, live, { copied: kinship === "other", userAgent }));
  return stays ? live : null;
}

/**
 * From here on the session is that of the browser as it shows itself now, so that one change is told once. Who goes to and fro
 * (two pages in two forms, or two browsers with one cookie) is told once a minute for each, with how often.
 */
async function noteFace(machinery: Ctx, live: LiveSession, userAgent: string | null): Promise<void> {
  const changed = await withTransaction(machinery, (tx) =>
    tx.db
      .update(authSessions)
      .set({ userAgent })
      .where(and(eq(authSessions.id, live.id), isNull(authSessions.endedAt), sql`${authSessions.userAgent} is distinct from ${userAgent}`))
      .returning({ id: authSessions.id }),
  );
  if (changed.length === 0) return;
  const device = deviceOf(userAgent);
  const fields = { sessionId: live.id, before: deviceOf(live.userAgent), device };
  await raiseQuietly(machinery, { event: "session.other_face", subjectUserId: live.userId, fields }, `${live.id} ${device}`);
}

async function endForBrowser(tx: Tx, live: LiveSession, { copied, userAgent }: { copied: boolean; userAgent: string | null }): Promise<void> {
  if ((await endSessions(tx, [live.id], copied ? "copied" : "other_face")) === 0) return;
  const reason = copied ? "Its cookie came from another kind of browser." : "Its browser showed another face in another network.";
  await recordAudit(tx, { verb: "auth.end_session", objectKind: "session", objectId: live.id, reason, after: { userId: live.userId } });
  const fields = { sessionId: live.id, device: deviceOf(userAgent) };
  await recordEvent(tx, { event: copied ? "session.copied" : "session.face_elsewhere", subjectUserId: live.userId, fields });
}

export function unsealName(userId: string, nameCt: Uint8Array): Promise<string> {
  return unseal({ table: "users", column: "name_ct", rowId: userId }, nameCt);
}

/**
 * The request's context as its signed-in person; throws `unauthenticated` without both factors. When the person's rights
 * have changed since, the session gets a new token, which `renewed` must hand to the browser.
 */
export async function authenticate(request: Request, ctx: Ctx, renewed?: (token: string) => Promise<void>): Promise<Ctx> {
  const live = await sessionFrom(request.headers, ctx.now);
  if (live === null) throw new AppError("unauthenticated", "signed_out", "You are not signed in, or your session has ended. Sign in again.");
  if (live.level !== "full") throw new AppError("unauthenticated", "second_factor_needed", "Finish signing in with your code first.");
  const known = { ...ctx, actor: live.actor };
  await touch(live, request.headers, known);
  if (live.rotateDue && renewed !== undefined) {
    const token = await withTransaction(known, (tx) => rotateToken(tx, live.id, true));
    // Of several requests at once one renews; the others were let in by the old token a moment ago.
    if (token !== null) await renewed(token);
  }
  return known;
}

/** A poll or a prefetch is the browser's doing, not the person's; it must not keep a session alive. */
function isBackground(headers: Headers): boolean {
  return headers.get("x-background") === "1" || headers.has("next-router-prefetch") || (headers.get("purpose") ?? headers.get("sec-purpose") ?? "").includes("prefetch");
}

async function touch(live: LiveSession, headers: Headers, ctx: Ctx): Promise<void> {
  const due = plusMs(ctx.now, -sessionRules.touchEveryMs);
  if (isBackground(headers) || live.lastActiveAt > due) return;
  await withTransaction(ctx, (tx) =>
    tx.db
      .update(authSessions)
      .set({ lastActiveAt: ctx.now })
      .where(and(eq(authSessions.id, live.id), isNull(authSessions.endedAt), sql`${authSessions.lastActiveAt} <= ${due.toISOString()}::timestamptz`)),
  );
}

/** A full session names the factor that was used up in the same transaction; the database refuses it otherwise. */
export type Opening = { userId: string; level: "password" } | { userId: string; level: "full"; factor: Factor };

/** A new session row and the ticket that turns it into a cookie; the oldest beyond the allowed number ends. */
export async function openSession(tx: Tx, given: Opening): Promise<{ sessionId: string; ticket: string }> {
  const { ctx } = tx;
  const sessionId = newId("session");
  const limits = await sessionLimits();
  const lifeMs = given.level === "full" ? limits.everyone.absoluteMs : sessionRules.pendingMs;
  // Until the ticket is redeemed the row's hash is of a token that nobody has.
  await tx.db.insert(authSessions).values({
    id: sessionId,
    tokenHash: tokenHash(newToken()),
    userId: given.userId,
    level: given.level,
    factor: given.level === "full" ? given.factor : null,
    createdAt: ctx.now,
    lastActiveAt: ctx.now,
    absoluteEndAt: plusMs(ctx.now, lifeMs),
    ip: ctx.ip,
    userAgent: ctx.userAgent,
  });
  if (given.level === "full") {
    await recordEvent(tx, { event: "session.opened", subjectUserId: given.userId, fields: { sessionId, factor: given.factor } });
    await noteTravel(tx, { userId: given.userId, sessionId });
  }
  await endBeyondMax(tx, given, { idleMs: limits.everyone.idleMs, perPersonMax: limits.perPersonMax });
  const ticket = newToken();
  await tx.db.insert(authTickets).values({ ticketHash: tokenHash(ticket), sessionId, expiresAt: plusMs(ctx.now, sessionRules.ticketMs) });
  return { sessionId, ticket };
}

/** Counted per level: a stolen password alone must not push out sessions that passed both factors. */
async function endBeyondMax(tx: Tx, given: { userId: string; level: Level }, limits: { idleMs: number; perPersonMax: number }): Promise<void> {
  const beyond = await tx.db
    .select({ id: authSessions.id })
    .from(authSessions)
    .where(
      and(
        eq(authSessions.userId, given.userId),
        eq(authSessions.level, given.level),
        isNull(authSessions.endedAt),
        gt(authSessions.absoluteEndAt, tx.ctx.now),
        gt(authSessions.lastActiveAt, plusMs(tx.ctx.now, -limits.idleMs)),
      ),
    )
    .orderBy(desc(authSessions.createdAt), desc(authSessions.id))
    .offset(limits.perPersonMax);
  if (beyond.length > 0)
    await endSessions(
      tx,
      beyond.map((row) => row.id),
      "too_many_sessions",
    );
}

/** Ends the sessions that are still open; answers how many. */
export async function endSessions(tx: Tx, ids: readonly string[], reason: string): Promise<number> {
  const ended = await tx.db
    .update(authSessions)
    .set({ endedAt: tx.ctx.now, endedReason: reason })
    .where(and(inArray(authSessions.id, [...ids]), isNull(authSessions.endedAt)))
    .returning({ id: authSessions.id, userId: authSessions.userId, level: authSessions.level });
  for (const session of ended)
    if (session.level === "full") await recordEvent(tx, { event: "session.ended", subjectUserId: session.userId, fields: { sessionId: session.id, reason } });
  return ended.length;
}

/** Makes every open session of a person get a new token with its next request: what it may do has changed. */
export async function renewSessionsOf(tx: Tx, userId: string): Promise<void> {
  await tx.db
    .update(authSessions)
    .set({ rotateDue: true })
    .where(and(eq(authSessions.userId, userId), isNull(authSessions.endedAt)));
}

/** Gives a live session a fresh token; the old one is dead from here on. Null when the session is over, or (`onlyDue`) nothing is due. */
export async function rotateToken(tx: Tx, sessionId: string, onlyDue = false): Promise<string | null> {
  const token = newToken();
  const [live] = await tx.db
    .update(authSessions)
    .set({ tokenHash: tokenHash(token), rotateDue: false })
    .where(and(eq(authSessions.id, sessionId), isNull(authSessions.endedAt), ...(onlyDue ? [eq(authSessions.rotateDue, true)] : [])))
    .returning({ id: authSessions.id });
  return live === undefined ? null : token;
}

/** Uses up a ticket and answers the fresh token of its session; null when the ticket is used, late or none of ours. */
export async function redeemTicket(ctx: Ctx, ticket: string): Promise<string | null> {
  return withTransaction(ctx, async (tx) => {
    const [used] = await tx.db
      .update(authTickets)
      .set({ usedAt: ctx.now })
      .where(and(eq(authTickets.ticketHash, tokenHash(ticket)), isNull(authTickets.usedAt), gt(authTickets.expiresAt, ctx.now)))
      .returning({ sessionId: authTickets.sessionId });
    return used === undefined ? null : rotateToken(tx, used.sessionId);
  });
}
