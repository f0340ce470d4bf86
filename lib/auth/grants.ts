// Role grants: given, and ended. Who may is decided by the caller and, for privileged roles, by the database once more.
import { and, count, eq, gt, isNull, or, sql } from "drizzle-orm";
import { roleGrants, users } from "@/db/schema/auth";
import { apiClients, clientMakers } from "@/db/schema/clients";
import { passkeys } from "@/db/schema/passkeys";
import { privilegedRoles, rolesAt, type GrantSpan, type Role } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { actorId, read, type Tx } from "@/lib/context";
import { AppError, conflict, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { getSetting } from "@/lib/policies";
import { mayHoldKeyless, mayHoldThrough, mayHoldTogether } from "./policy.ts";
import { renewSessionsOf, unsealName } from "./sessions.ts";

export type NewGrant = { userId: string; role: Role; validFrom?: Date; validUntil?: Date; changeId?: string; reviewItemId?: string };

/** Gives a person a role; refused when, with what they hold at any time of it, one way to move money alone would open. */
export async function grantRole(tx: Tx, given: NewGrant): Promise<string> {
  const { userId, role } = given;
  requireGranter(tx, given);
  const validFrom = given.validFrom ?? tx.ctx.now;
  const validUntil = given.validUntil ?? null;
  const { name } = await lockPerson(tx, userId);
  const spans = await openSpans(tx, userId);
  const held = rolesAt(spans, tx.ctx.now);
  if (spans.some((span) => span.role === role)) throw conflict("role_held", "This person already holds this role, or will.");
  const person = { name, answersForClient: await answersForClient(tx, userId) };
  refuseUnless(mayHoldThrough(spans, { role, from: validFrom, until: validUntil }, person), "conflict", "toxic_roles");
  refuseUnless(mayHoldKeyless(role, await keysOf(tx, userId)), "conflict", "passkeys_needed");
  const id = newId("roleGrant");
  await tx.db
    .insert(roleGrants)
    .values({ id, userId, role, grantedBy: actorId(tx.ctx.actor), validFrom, validUntil, changeId: given.changeId ?? null, reviewItemId: given.reviewItemId ?? null });
  await renewSessionsOf(tx, userId);
  await recordAudit(tx, {
    verb: "auth.grant_role",
    objectKind: "user",
    objectId: userId,
    before: { roles: held.join(", ") },
    after: { role, roles: [...held, role].join(", "), validFrom: validFrom.toISOString(), validUntil: validUntil?.toISOString() ?? null, changeId: given.changeId ?? null },
  });
  await recordEvent(tx, { event: "role.granted", subjectUserId: userId, fields: { role } });
  return id;
}

/** What bears on whether a person may hold a role that signs with passkeys; read in the transaction when there is one. */
export async function keysOf(tx: Tx | null, userId: string): Promise<{ passkeysRequired: boolean; passkeys: number }> {
  const counted = (db: Pick<Tx["db"], "select">) =>
    db
      .select({ n: count() })
      .from(passkeys)
      .where(and(eq(passkeys.userId, userId), isNull(passkeys.removedAt)));
  const [row] = tx === null ? await read(counted) : await counted(tx.db);
  return { passkeysRequired: await getSetting(tx, "passkeysRequiredForApprovers"), passkeys: row?.n ?? 0 };
}

/** Takes a role away; the person's very next request no longer has it. */
export async function endRole(tx: Tx, given: { userId: string; role: Role; reason: string }): Promise<void> {
  await lockPerson(tx, given.userId);
  await endOpenGrants(tx, given);
}

/** As `endRole`, for callers that hold the person's lock and say in one word what ended the grant. */
export async function endOpenGrants(tx: Tx, given: { userId: string; role: Role; reason: string; why?: string }): Promise<void> {
  const { userId, role } = given;
  if (role === "owner") await requireAnotherOwner(tx, userId);
  const ended = await tx.db
    .update(roleGrants)
    .set({ endedAt: tx.ctx.now, endedBy: actorId(tx.ctx.actor), endedReason: given.why ?? "ended" })
    .where(and(eq(roleGrants.userId, userId), eq(roleGrants.role, role), isNull(roleGrants.endedAt)))
    .returning({ id: roleGrants.id });
  if (ended.length === 0) throw conflict("role_not_held", "This person does not hold this role.");
  await renewSessionsOf(tx, userId);
  await recordAudit(tx, { verb: "auth.end_role", objectKind: "user", objectId: userId, reason: given.reason, before: { role } });
  await recordEvent(tx, { event: "role.ended", subjectUserId: userId, fields: { role } });
}

/** Throws unless somebody else who is active is an owner for good; others who would take an owner away wait here. */
export async function requireAnotherOwner(tx: Tx, userId: string): Promise<void> {
  const [active] = await tx.db
    .select({ role: roleGrants.role })
    .from(users)
    .innerJoin(roleGrants, eq(roleGrants.userId, users.id))
    .where(and(eq(users.id, userId), eq(users.status, "active"), eq(roleGrants.role, "owner"), isNull(roleGrants.endedAt), isNull(roleGrants.validUntil)));
  if (active === undefined) return;
  const [row] = [...(await tx.db.execute<{ stands: boolean }>(sql`select another_owner_stands(${userId}) as stands`))];
  if (row?.stands !== true) throw conflict("last_owner", "This is the last owner who is active and not only for a time. Make somebody else an owner first.");
}

/** Serialises changes to one person, so that two grants cannot each overlook the other. */
export async function lockPerson(tx: Tx, userId: string): Promise<{ name: string; status: string }> {
  const [row] = await tx.db.select({ nameCt: users.nameCt, status: users.status }).from(users).where(eq(users.id, userId)).for("update");
  if (row === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
  return { name: await unsealName(userId, row.nameCt), status: row.status };
}

/** The grants of a person that hold now or will. Those whose time is over are ended on the way, so that the role can be given again. */
async function openSpans(tx: Tx, userId: string): Promise<GrantSpan[]> {
  await tx.db
    .update(roleGrants)
    .set({ endedAt: roleGrants.validUntil, endedBy: actorId(tx.ctx.actor), endedReason: "time_over" })
    .where(and(eq(roleGrants.userId, userId), isNull(roleGrants.endedAt), sql`${roleGrants.validUntil} <= ${tx.ctx.now.toISOString()}::timestamptz`));
  const rows = await tx.db
    .select({ role: roleGrants.role, from: roleGrants.validFrom, until: roleGrants.validUntil })
    .from(roleGrants)
    .where(and(eq(roleGrants.userId, userId), isNull(roleGrants.endedAt), or(isNull(roleGrants.validUntil), gt(roleGrants.validUntil, tx.ctx.now))));
  return rows.map((row) => ({ ...row, role: row.role as Role }));
}

const asksForPayouts = sql`${apiClients.scopes} @> '["payouts:create"]'::jsonb`;

/** Whether a person counts as the maker of the payouts a living API client asks for. */
export async function answersForClient(tx: Pick<Tx, "db" | "ctx">, userId: string): Promise<boolean> {
  const rows = await tx.db
    .select({ id: clientMakers.clientId })
    .from(clientMakers)
    .innerJoin(apiClients, eq(apiClients.id, clientMakers.clientId))
    .where(and(eq(clientMakers.userId, userId), eq(apiClients.status, "active"), gt(apiClients.expiresAt, tx.ctx.now), asksForPayouts))
    .limit(1);
  return rows.length > 0;
}

/** Throws `toxic_roles` when somebody, made the maker of what an API client asks for, could move money alone with roles they hold or will. */
export async function requireMayAnswer(tx: Tx, userId: string): Promise<void> {
  const { name } = await lockPerson(tx, userId);
  const spans = await openSpans(tx, userId);
  const moments = [tx.ctx.now, ...spans.map((span) => span.from).filter((at) => at > tx.ctx.now)];
  const refused = moments.map((at) => mayHoldTogether(rolesAt(spans, at), { name, answersForClient: true })).find((decision) => !decision.allowed);
  if (refused !== undefined) refuseUnless(refused, "conflict", "toxic_roles");
}

function requireGranter(tx: Tx, given: NewGrant): void {
  const { actor } = tx.ctx;
  if (actor.kind === "system" || actor.kind === "operator") return;
  if (actor.kind !== "user") throw new AppError("forbidden", "permission_denied", "Only people and the operator give roles.");
  if (actor.userId === given.userId) throw new AppError("forbidden", "own_access", "Nobody gives a role to themselves.");
  if (privilegedRoles.includes(given.role) && given.changeId === undefined && given.reviewItemId === undefined)
    throw new AppError("forbidden", "second_admin_needed", "This role needs a proposal that a second admin decides.");
}
