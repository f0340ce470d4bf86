// People: added, shut out, let in again. What they may do is in grants.ts.
import { and, eq, inArray, isNotNull } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import type { Role } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import type { Tx } from "@/lib/context";
import { AppError, conflict, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { blindIndex, seal } from "@/lib/vault";
import { endAllSessions } from "./factor-reset.ts";
import { grantRole, lockPerson, requireAnotherOwner } from "./grants.ts";
import { voidLinks } from "./links.ts";
import { passwordLength } from "./contract.ts";
import { hashPassword } from "./password.ts";
import { contextWords, mayBePassword } from "./policy.ts";
import { addFactor } from "./second-factor.ts";

export type NewPerson = { email: string; name: string; password: string; roles: readonly Role[]; totpSecret?: string };

/** Adds a person with their roles; with `totpSecret` (base32) already enrolled, else enrolment is forced at sign-in. Whoever adds many with one password may hash it once. */
export async function createPerson(tx: Tx, person: NewPerson, hash: (password: string) => Promise<string> = hashPassword): Promise<{ userId: string }> {
  requireMachinery(tx);
  // The machinery's passwords are random: nobody needs to estimate how soon they would be guessed.
  refuseUnless(
    mayBePassword(person.password, { words: contextWords(person), lengthMin: passwordLength.min, lettersAndDigits: false, guessesLog10: null, breached: false }),
    "unprocessable",
    "weak_password",
  );
  const userId = await addRow(tx, person, { status: "active", passwordHash: await hash(person.password), passwordChangedAt: tx.ctx.now });
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

/** Disables a person and ends every session and link they have. */
export async function disablePerson(tx: Tx, given: { userId: string; reason: string }): Promise<void> {
  await leave(tx, given, { to: "disabled", from: ["active", "dormant", "invited"], verb: "auth.disable_person", event: "person.disabled" });
}

/** Shuts a person out who has not signed in for long, until an admin lets them in again. */
export async function letLieDormant(tx: Tx, given: { userId: string; reason: string }): Promise<void> {
  await leave(tx, given, { to: "dormant", from: ["active"], verb: "auth.dormant_person", event: "person.dormant" });
}

type Leaving = {
  to: "disabled" | "dormant";
  from: ("active" | "dormant" | "invited")[];
  verb: string;
  event: "person.disabled" | "person.dormant";
};

async function leave(tx: Tx, given: { userId: string; reason: string }, how: Leaving): Promise<void> {
  requireOther(tx, given.userId);
  await lockPerson(tx, given.userId);
  await requireAnotherOwner(tx, given.userId);
  const changed = await tx.db
    .update(users)
    .set({ status: how.to })
    .where(and(eq(users.id, given.userId), inArray(users.status, how.from)))
    .returning({ id: users.id });
  if (changed.length === 0) throw conflict("already_disabled", "This person is already disabled.");
  const sessionsEnded = await endAllSessions(tx, given.userId, { reason: how.to === "disabled" ? "person_disabled" : "person_dormant" });
  await voidLinks(tx, given.userId);
  await recordAudit(tx, { verb: how.verb, objectKind: "user", objectId: given.userId, reason: given.reason, after: { sessionsEnded } });
  await recordEvent(tx, { event: how.event, subjectUserId: given.userId });
}

/** Lets a disabled or dormant person in again, with the roles they still hold. Who never accepted an invitation needs a new one. */
export async function enablePerson(tx: Tx, given: { userId: string; reason: string }): Promise<void> {
  requireOther(tx, given.userId);
  await lockPerson(tx, given.userId);
  const changed = await tx.db
    .update(users)
    .set({ status: "active", enabledAt: tx.ctx.now })
    .where(and(eq(users.id, given.userId), inArray(users.status, ["disabled", "dormant"]), isNotNull(users.passwordHash)))
    .returning({ id: users.id });
  if (changed.length === 0) throw conflict("not_disabled", "This person is not disabled, or never accepted an invitation.");
  await recordAudit(tx, { verb: "auth.enable_person", objectKind: "user", objectId: given.userId, reason: given.reason });
  await recordEvent(tx, { event: "person.enabled", subjectUserId: given.userId });
}

/** People do not shut themselves out or let themselves in; whether they may do it to others is the caller's to decide. */
function requireOther(tx: Tx, userId: string): void {
  const { actor } = tx.ctx;
  if (actor.kind === "system" || actor.kind === "operator") return;
  if (actor.kind !== "user" || actor.userId === userId) throw new AppError("forbidden", "own_access", "Nobody changes their own standing. Ask another admin.");
}

function requireMachinery(tx: Tx): void {
  const kind = tx.ctx.actor.kind;
  if (kind !== "system" && kind !== "operator") throw new AppError("forbidden", "permission_denied", "People are added with a password by the operator only; invite them instead.");
}
