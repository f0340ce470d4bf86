// Whether sessions that hold something open may keep it: asked for many at once, and never counted as activity.
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { authSessions, users } from "@/db/schema/auth";
import { permissionsOf, roles as knownRoles, type Permission } from "@/lib/access";
import { read } from "@/lib/context";
import { clockNow } from "@/lib/time";
import { endsOf, liveRoles, sessionLimits } from "./session-load.ts";

/** Which of these sessions are still live, fully signed in, of an active person, and have the permission now. One query. */
export async function sessionsThatMay(sessionIds: readonly string[], permission: Permission): Promise<Set<string>> {
  if (sessionIds.length === 0) return new Set();
  const now = clockNow();
  const limits = await sessionLimits();
  const rows = await read((db) =>
    db
      .select({
        id: authSessions.id,
        level: authSessions.level,
        createdAt: authSessions.createdAt,
        lastActiveAt: authSessions.lastActiveAt,
        absoluteEndAt: authSessions.absoluteEndAt,
        roles: liveRoles(sql`${now.toISOString()}::timestamptz`),
      })
      .from(authSessions)
      .innerJoin(users, eq(users.id, authSessions.userId))
      .where(and(inArray(authSessions.id, [...sessionIds]), eq(authSessions.level, "full"), isNull(authSessions.endedAt), eq(users.status, "active"))),
  );
  const live = rows.filter((row) => {
    const ends = endsOf(row, row.roles, limits);
    return ends.idleEndAt > now && ends.absoluteEndAt > now;
  });
  return new Set(live.filter((row) => permissionsOf(knownRoles.filter((role) => row.roles.includes(role))).includes(permission)).map((row) => row.id));
}
