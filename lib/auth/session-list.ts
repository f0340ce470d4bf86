// Sessions as their owner and the people who look after access see them, and ending them one by one or all at once.
import { and, desc, eq, gt, isNull, ne, sql } from "drizzle-orm";
import { authSessions, users } from "@/db/schema/auth";
import { recordAudit } from "@/lib/audit";
import { read, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { secondMs, toIst } from "@/lib/time";
import type { EndedSessions, EndSessionsInput, SessionClock, SessionList } from "./contract.ts";
import { deviceOf } from "./device.ts";
import { endsOf, liveRoles, sessionLimits } from "./session-load.ts";
import { endSessions, sessionFrom } from "./sessions.ts";
import { requirePerson } from "./step-up.ts";

/** What is known of an address beyond itself, e.g. its country; from a room that knows. */
export type PlaceOf = (ip: string | null) => Promise<string | null>;

/** A person's live sessions, newest act first; the one asking is marked. */
export async function listSessions(ctx: Ctx, userId: string, placeOf: PlaceOf = async () => null): Promise<SessionList> {
  const limits = await sessionLimits();
  const found = await read((db) =>
    db
      .select({
        id: authSessions.id,
        level: authSessions.level,
        roles: liveRoles(sql`${ctx.now.toISOString()}::timestamptz`),
        factor: authSessions.factor,
        createdAt: authSessions.createdAt,
        lastActiveAt: authSessions.lastActiveAt,
        absoluteEndAt: authSessions.absoluteEndAt,
        ip: authSessions.ip,
        userAgent: authSessions.userAgent,
      })
      .from(authSessions)
      .innerJoin(users, eq(users.id, authSessions.userId))
      .where(and(eq(authSessions.userId, userId), eq(authSessions.level, "full"), isNull(authSessions.endedAt), gt(authSessions.absoluteEndAt, ctx.now)))
      .orderBy(desc(authSessions.lastActiveAt), desc(authSessions.id)),
  );
  const rows = found.map((row) => ({ ...row, ...endsOf(row, row.roles, limits) })).filter(({ idleEndAt, absoluteEndAt }) => idleEndAt > ctx.now && absoluteEndAt > ctx.now);
  const current = ctx.actor.kind === "user" ? ctx.actor.sessionId : null;
  const items = rows.map(async (row) => ({
    id: row.id,
    device: deviceOf(row.userAgent),
    ip: row.ip,
    country: await placeOf(row.ip),
    factor: row.factor,
    startedAt: toIst(row.createdAt),
    lastSeenAt: toIst(row.lastActiveAt),
    endsAt: toIst(row.absoluteEndAt),
    current: row.id === current,
  }));
  return { items: await Promise.all(items) };
}

/**
 * Ends the open sessions of a person, but for one, in the caller's transaction; each leaves a security event. For acts
 * after which what is open elsewhere must not go on. The caller's audit row says why.
 */
export async function endSessionsOf(tx: Tx, userId: string, given: { except?: string | null; reason: string }): Promise<number> {
  const open = await tx.db
    .select({ id: authSessions.id })
    .from(authSessions)
    .where(and(eq(authSessions.userId, userId), isNull(authSessions.endedAt), ...(typeof given.except === "string" ? [ne(authSessions.id, given.except)] : [])));
  if (open.length === 0) return 0;
  return endSessions(
    tx,
    open.map((row) => row.id),
    given.reason,
  );
}

/** Ends one of the signed-in person's own sessions; another's id is one that does not exist. */
export async function endOwnSession(ctx: Ctx, sessionId: string): Promise<EndedSessions> {
  return endOne(ctx, { userId: requirePerson(ctx).userId, sessionId, reason: "ended_by_owner" });
}

/** Ends every session of the signed-in person but the one asking. */
export async function endOtherSessions(ctx: Ctx): Promise<EndedSessions> {
  const { userId, sessionId } = requirePerson(ctx);
  return endAll(ctx, { userId, except: sessionId, reason: "ended_by_owner" });
}

/** Ends one or all sessions of somebody else, with the reason in the trail. The route asks for `sessions.end`. */
export async function endSessionsByAdmin(ctx: Ctx, given: { userId: string } & EndSessionsInput): Promise<EndedSessions> {
  const { userId, sessionId, reason } = given;
  if (sessionId !== "all") return endOne(ctx, { userId, sessionId, reason: "ended_by_admin", why: reason });
  await requireKnown(userId);
  return endAll(ctx, { userId, except: null, reason: "ended_by_admin", why: reason });
}

/** A person's live sessions, for those who look after access; throws for nobody's id. */
export async function sessionsOf(ctx: Ctx, userId: string, placeOf: PlaceOf): Promise<SessionList> {
  await requireKnown(userId);
  return listSessions(ctx, userId, placeOf);
}

async function requireKnown(userId: string): Promise<void> {
  const [person] = await read((db) => db.select({ id: users.id }).from(users).where(eq(users.id, userId)));
  if (person === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
}

async function endOne(ctx: Ctx, given: { userId: string; sessionId: string; reason: string; why?: string }): Promise<EndedSessions> {
  return withTransaction(ctx, async (tx) => {
    const [open] = await tx.db
      .select({ id: authSessions.id })
      .from(authSessions)
      .where(and(eq(authSessions.id, given.sessionId), eq(authSessions.userId, given.userId)));
    if (open === undefined) throw new AppError("not_found", "unknown_session", "There is no such session.");
    const ended = await endSessions(tx, [open.id], given.reason);
    if (ended > 0) await recordAudit(tx, { verb: "auth.end_session", objectKind: "session", objectId: open.id, reason: given.why ?? null, after: { userId: given.userId } });
    return { ended };
  });
}

async function endAll(ctx: Ctx, given: { userId: string; except: string | null; reason: string; why?: string }): Promise<EndedSessions> {
  return withTransaction(ctx, async (tx) => {
    const ended = await endSessionsOf(tx, given.userId, given);
    await recordAudit(tx, { verb: "auth.end_sessions", objectKind: "user", objectId: given.userId, reason: given.why ?? null, after: { ended } });
    return { ended };
  });
}

/** How long the asking session still lives, by its person's acts and by its age; the screen warns by it. */
export async function sessionClock(ctx: Ctx, headers: Headers): Promise<SessionClock> {
  const live = await sessionFrom(headers, ctx.now);
  if (live === null) throw new AppError("unauthenticated", "signed_out", "Your session has ended. Sign in again.");
  const left = (until: Date): number => Math.max(0, Math.floor((until.getTime() - ctx.now.getTime()) / secondMs));
  return { idleSeconds: left(live.idleEndAt), absoluteSeconds: left(live.absoluteEndAt) };
}
