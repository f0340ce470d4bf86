// What several queries and commands read of people: names for ids, grants, and the facts decisions rest on.
import { and, desc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { Db } from "@/db/pool";
import { authSessions, roleGrants, users } from "@/db/schema/auth";
import { changes } from "@/db/schema/users";
import { roles as knownRoles, type GrantSpan, type Role } from "@/lib/access";
import { peopleNames } from "@/lib/auth";
import { read, type Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import type { PersonRef, PersonStatus } from "./contract.ts";
import type { PersonFacts } from "./policy.ts";

export type Reader = Pick<Db, "select" | "execute">;

/** Runs in the transaction when there is one, else as a plain read. */
export function reading<T>(tx: Tx | null, run: (db: Reader) => Promise<T>): Promise<T> {
  return tx === null ? read((db) => run(db)) : run(tx.db as unknown as Reader);
}

/** Names for ids; the house's own hands are named by what they are. */
export async function namer(ids: readonly (string | null)[]): Promise<(id: string) => PersonRef> {
  const asked = ids.filter((id): id is string => id?.startsWith("usr_") === true);
  const names = await peopleNames(asked);
  return (id) => ({ id, name: names.get(id) ?? (id.startsWith("operator:") ? "The operator" : id.startsWith("system:") ? "The desk itself" : id) });
}

export type GrantRow = typeof roleGrants.$inferSelect & { role: Role };

export function isRole(text: string): text is Role {
  return (knownRoles as readonly string[]).includes(text);
}

/** Grants of these people (all people when null), newest first. */
export async function grantsOf(tx: Tx | null, ids: readonly string[] | null): Promise<GrantRow[]> {
  if (ids !== null && ids.length === 0) return [];
  const rows = await reading(tx, (db) =>
    db
      .select()
      .from(roleGrants)
      .where(ids === null ? undefined : inArray(roleGrants.userId, [...ids]))
      .orderBy(desc(roleGrants.validFrom), desc(roleGrants.id)),
  );
  return rows.filter((row): row is GrantRow => isRole(row.role));
}

/** A grant as the solver sees it: from its beginning to whichever end came first. */
export function spanOf(grant: GrantRow): GrantSpan {
  const { validUntil, endedAt } = grant;
  const until = endedAt !== null && (validUntil === null || endedAt < validUntil) ? endedAt : validUntil;
  return { role: grant.role, from: grant.validFrom, until };
}

/** When each person last did anything: the newest activity of any session of theirs. */
export async function lastSeen(ids: readonly string[] | null): Promise<Map<string, Date>> {
  const rows = await read((db) =>
    db
      .select({ userId: authSessions.userId, at: sql<string>`max(${authSessions.lastActiveAt})` })
      .from(authSessions)
      .where(and(eq(authSessions.level, "full"), ids === null ? undefined : inArray(authSessions.userId, [...ids])))
      .groupBy(authSessions.userId),
  );
  return new Map(rows.map((row) => [row.userId, new Date(row.at)]));
}

/** Whether nobody else could still administer for good: the same question the database asks before it lets an owner go. */
async function isLastOwner(tx: Tx | null, userId: string): Promise<boolean> {
  const rows = await reading(tx, (db) =>
    db
      .select({ userId: roleGrants.userId, stands: sql<boolean>`owner_stands(${roleGrants.userId})` })
      .from(roleGrants)
      .innerJoin(users, eq(users.id, roleGrants.userId))
      .where(and(eq(roleGrants.role, "owner"), isNull(roleGrants.endedAt), isNull(roleGrants.validUntil), eq(users.status, "active"))),
  );
  return rows.some((row) => row.userId === userId) && rows.every((row) => row.userId === userId || !row.stands);
}

/** The facts of one person that decisions about them rest on; throws `unknown_person`. */
export async function factsOf(tx: Tx | null, userId: string, now: Date): Promise<PersonFacts> {
  const [row] = await reading(tx, (db) =>
    db
      .select({ id: users.id, status: users.status, hasPassword: sql<boolean>`${users.passwordHash} is not null` })
      .from(users)
      .where(eq(users.id, userId)),
  );
  if (row === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
  const waiting = await reading(tx, (db) =>
    db
      .select({ id: changes.id })
      .from(changes)
      .where(and(eq(changes.subjectId, userId), eq(changes.kind, "factor_reset"), eq(changes.status, "pending"), gt(changes.expiresAt, now))),
  );
  return { id: row.id, status: row.status satisfies PersonStatus, hasPassword: row.hasPassword, waitingReset: waiting.length > 0, lastOwner: await isLastOwner(tx, userId) };
}
