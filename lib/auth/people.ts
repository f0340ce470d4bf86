// People and their role grants. Only the machinery of this house calls these yet: there is no permission for them.
import { and, eq, isNull, sql } from "drizzle-orm";
import { authSessions, roleGrants, users } from "@/db/schema/auth";
import { roles as knownRoles, type Role } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { actorId, type Tx } from "@/lib/context";
import { AppError, conflict, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { blindIndex, seal } from "@/lib/vault";
import { hashPassword } from "./password.ts";
import { contextWords, mayBePassword, mayHoldTogether } from "./policy.ts";
import { addFactor } from "./second-factor.ts";
import { endSessions, renewSessionsOf } from "./sessions.ts";

export type NewPerson = { email: string; name: string; password: string; roles: readonly Role[]; totpSecret?: string };

/** Adds a person with their roles; with `totpSecret` (base32) already enrolled, else enrolment is forced at sign-in. */
export async function createPerson(tx: Tx, person: NewPerson): Promise<{ userId: string }> {
  requireMachinery(tx);
  // The machinery's passwords are random: nobody needs to estimate how soon they would be guessed.
  refuseUnless(mayBePassword(person.password, { words: contextWords(person), lettersAndDigits: false, guessesLog10: null }), "unprocessable", "weak_password");
  const userId = await addRow(tx, person, { status: "active", passwordHash: await hashPassword(person.password), passwordChangedAt: tx.ctx.now });
  await recordAudit(tx, { verb: "auth.create_person", objectKind: "user", objectId: userId });
  for (const role of person.roles) await grantRole(tx, { userId, role });
  if (person.totpSecret !== undefined) {
    const factorId = await addFactor(tx, { userId, secret: person.totpSecret, status: "active" });
    await recordAudit(tx, { verb: "auth.enrol", objectKind: "user", objectId: userId, after: { factorId } });
  }
  return { userId };
}

/**
 * Adds a person who has no password yet and cannot sign in until they accept their invitation (`issueLink`). Whoever calls
 * this has decided that the actor may invite. Without a name the address stands in until they give theirs.
 */
export async function addInvited(tx: Tx, person: { email: string; name?: string }): Promise<{ userId: string }> {
  const userId = await addRow(tx, { email: person.email, name: person.name ?? person.email.trim() }, { status: "invited" });
  await recordAudit(tx, { verb: "auth.invite_person", objectKind: "user", objectId: userId });
  return { userId };
}

type RowStart = { status: "invited" } | { status: "active"; passwordHash: string; passwordChangedAt: Date };

async function addRow(tx: Tx, person: { email: string; name: string }, start: RowStart): Promise<string> {
  const userId = newId("user");
  const at = <C extends "email_ct" | "name_ct">(column: C) => ({ table: "users", column, rowId: userId }) as const;
  const email = person.email.trim();
  const [emailCt, nameCt, emailIndex] = await Promise.all([seal(at("email_ct"), email), seal(at("name_ct"), person.name), blindIndex("users.email", email)]);
  const added = await tx.db
    .insert(users)
    .values({ id: userId, emailCt, emailIndex, nameCt, createdAt: tx.ctx.now, ...start })
    .onConflictDoNothing()
    .returning({ id: users.id });
  if (added.length === 0) throw conflict("person_exists", "There is already a person with this e-mail address.");
  return userId;
}

/** Gives a person a role from now on; refused when, with what they hold, it would let them move money alone. */
export async function grantRole(tx: Tx, given: { userId: string; role: Role; validUntil?: Date }): Promise<void> {
  requireMachinery(tx);
  await lockPerson(tx, given.userId);
  const open = await tx.db
    .select({ role: roleGrants.role })
    .from(roleGrants)
    .where(and(eq(roleGrants.userId, given.userId), isNull(roleGrants.endedAt)));
  const held = knownRoles.filter((role) => open.some((grant) => grant.role === role));
  if (held.includes(given.role)) throw conflict("role_held", "This person already holds this role.");
  refuseUnless(mayHoldTogether([...held, given.role]), "conflict", "toxic_roles");
  await tx.db
    .insert(roleGrants)
    .values({ id: newId("roleGrant"), userId: given.userId, role: given.role, grantedBy: actorId(tx.ctx.actor), validFrom: tx.ctx.now, validUntil: given.validUntil ?? null });
  await renewSessionsOf(tx, given.userId);
  await recordAudit(tx, {
    verb: "auth.grant_role",
    objectKind: "user",
    objectId: given.userId,
    before: { roles: held.join(", ") },
    after: { roles: [...held, given.role].join(", ") },
  });
}

/** Takes a role away; the person's very next request no longer has it. */
export async function endRole(tx: Tx, given: { userId: string; role: Role; reason: string }): Promise<void> {
  requireMachinery(tx);
  await lockPerson(tx, given.userId);
  const ended = await tx.db
    .update(roleGrants)
    .set({ endedAt: tx.ctx.now })
    .where(and(eq(roleGrants.userId, given.userId), eq(roleGrants.role, given.role), isNull(roleGrants.endedAt)))
    .returning({ id: roleGrants.id });
  if (ended.length === 0) throw conflict("role_not_held", "This person does not hold this role.");
  await renewSessionsOf(tx, given.userId);
  await recordAudit(tx, { verb: "auth.end_role", objectKind: "user", objectId: given.userId, reason: given.reason, before: { role: given.role } });
}

/** Disables a person and ends every session they have. */
export async function disablePerson(tx: Tx, given: { userId: string; reason: string }): Promise<void> {
  requireMachinery(tx);
  await lockPerson(tx, given.userId);
  const changed = await tx.db
    .update(users)
    .set({ status: "disabled" })
    .where(and(eq(users.id, given.userId), eq(users.status, "active")))
    .returning({ id: users.id });
  if (changed.length === 0) throw conflict("already_disabled", "This person is already disabled.");
  const open = await tx.db
    .select({ id: authSessions.id })
    .from(authSessions)
    .where(and(eq(authSessions.userId, given.userId), isNull(authSessions.endedAt)));
  if (open.length > 0)
    await endSessions(
      tx,
      open.map((row) => row.id),
      "person_disabled",
    );
  await recordAudit(tx, { verb: "auth.disable_person", objectKind: "user", objectId: given.userId, reason: given.reason, after: { sessionsEnded: open.length } });
}

/** Serialises changes to one person, so that two grants cannot each overlook the other. */
async function lockPerson(tx: Tx, userId: string): Promise<void> {
  const rows = await tx.db
    .select({ one: sql<number>`1` })
    .from(users)
    .where(eq(users.id, userId))
    .for("update");
  if (rows.length === 0) throw new AppError("not_found", "unknown_person", "There is no such person.");
}

function requireMachinery(tx: Tx): void {
  const kind = tx.ctx.actor.kind;
  if (kind !== "system" && kind !== "operator") throw new AppError("forbidden", "permission_denied", "People are added and changed by the operator only.");
}
