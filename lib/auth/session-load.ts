// Reading who is signed in: the session row, its person and their grants, anew on every request.
import { and, eq, isNull, sql, type SQL } from "drizzle-orm";
import { compiled, slot } from "@/db/compiled";
import { authSessions, roleGrants, users } from "@/db/schema/auth";
import { passkeys } from "@/db/schema/passkeys";
import { privilegedRoles, roles as knownRoles, type Role } from "@/lib/access";
import { read, type UserActor } from "@/lib/context";
import { recentSettings } from "@/lib/policies";
import { hourMs, minuteMs, plusMs } from "@/lib/time";
import { permissionsHeld } from "./policy.ts";
import { tokenHash } from "./tokens.ts";

export type Level = "password" | "full";
export type LiveSession = {
  id: string;
  userId: string;
  level: Level;
  actor: UserActor;
  createdAt: Date;
  lastActiveAt: Date;
  idleEndAt: Date;
  absoluteEndAt: Date;
  rotateDue: boolean;
  userAgent: string | null;
  ip: string | null;
  nameCt: Uint8Array;
  emailCt: Uint8Array;
};

const instantOf = (name: string) => sql`${slot<string>(name)}::timestamptz`;

/** Live grants at `at`, as one array: read on every request, so a change of roles acts at once. */
export function liveRoles(at: SQL) {
  return sql<string[]>`array(select ${roleGrants.role} from ${roleGrants} where ${roleGrants.userId} = ${users.id} and ${roleGrants.endedAt} is null
    and ${roleGrants.validFrom} <= ${at} and (${roleGrants.validUntil} is null or ${roleGrants.validUntil} > ${at}))`;
}

const activePasskeys = sql<number>`(select count(*)::int from ${passkeys} where ${passkeys.userId} = ${users.id} and ${passkeys.removedAt} is null)`;

// Compiled: it runs with every request, and writing its text anew costs more than running it.
const loadRow = compiled((db) =>
  db
    .select({
      id: authSessions.id,
      userId: users.id,
      level: authSessions.level,
      factor: authSessions.factor,
      createdAt: authSessions.createdAt,
      lastActiveAt: authSessions.lastActiveAt,
      absoluteEndAt: authSessions.absoluteEndAt,
      rotateDue: authSessions.rotateDue,
      userAgent: authSessions.userAgent,
      ip: authSessions.ip,
      nameCt: users.nameCt,
      emailCt: users.emailCt,
      roles: liveRoles(instantOf("now")),
      passkeys: activePasskeys,
    })
    .from(authSessions)
    .innerJoin(users, eq(users.id, authSessions.userId))
    .where(and(eq(authSessions.tokenHash, slot("tokenHash")), isNull(authSessions.endedAt), sql`${authSessions.absoluteEndAt} > ${instantOf("now")}`, eq(users.status, "active"))),
);

export type SessionLimits = { idleMs: number; absoluteMs: number };

/** How long sessions live and how many a person may have, as the settings say: for everyone, and for roles near money. */
export async function sessionLimits(): Promise<{ perPersonMax: number; everyone: SessionLimits; nearMoney: SessionLimits }> {
  const [perPersonMax, idle, absolute, idleNear, absoluteNear] = await recentSettings([
    "sessionsPerPersonMax",
    "idleMinutes",
    "absoluteHours",
    "idleMinutesPrivileged",
    "absoluteHoursPrivileged",
  ]);
  const nearMoney = { idleMs: Math.min(idle, idleNear) * minuteMs, absoluteMs: Math.min(absolute, absoluteNear) * hourMs };
  return { perPersonMax, everyone: { idleMs: idle * minuteMs, absoluteMs: absolute * hourMs }, nearMoney };
}

/** When a session ends without an act of its person, and at the latest; a limit tightened meanwhile holds for those already open. */
export function endsOf(
  session: { createdAt: Date; lastActiveAt: Date; absoluteEndAt: Date; level: Level },
  roles: readonly string[],
  limits: Awaited<ReturnType<typeof sessionLimits>>,
) {
  const { idleMs, absoluteMs } = privilegedRoles.some((role) => roles.includes(role)) ? limits.nearMoney : limits.everyone;
  const latest = plusMs(session.createdAt, absoluteMs);
  return { idleEndAt: plusMs(session.lastActiveAt, idleMs), absoluteEndAt: session.level === "full" && latest < session.absoluteEndAt ? latest : session.absoluteEndAt };
}

/** The live session of a token: not ended, not idle, not too old, its person active. One indexed query. */
export async function loadSession(token: string, now: Date): Promise<LiveSession | null> {
  const [[row], limits, [passkeysRequired]] = await Promise.all([
    read((db) => loadRow(db, { tokenHash: tokenHash(token), now: now.toISOString() })),
    sessionLimits(),
    recentSettings(["passkeysRequiredForApprovers"]),
  ]);
  if (row === undefined) return null;
  const { idleEndAt, absoluteEndAt } = endsOf(row, row.roles, limits);
  if (idleEndAt <= now || absoluteEndAt <= now) return null;
  // A pending session carries no right at all, whoever its person is.
  const held = row.level === "full" ? knownRoles.filter((role: Role) => row.roles.includes(role)) : [];
  const permissions = permissionsHeld(held, { passkeysRequired, passkeys: row.passkeys });
  const actor: UserActor = { kind: "user", userId: row.userId, sessionId: row.id, roles: held, permissions, factor: row.factor };
  return { ...row, actor, idleEndAt, absoluteEndAt };
}
