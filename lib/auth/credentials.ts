// Choosing a password: may it be, was it one of the last four, and setting it.
import { and, desc, eq, inArray } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { authPasswordHistory } from "@/db/schema/credentials";
import { recordAudit } from "@/lib/audit";
import { read, type Tx } from "@/lib/context";
import { AppError, conflict, refuseUnless, type Decision } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { getSetting, getSettings } from "@/lib/policies";
import { unseal } from "@/lib/vault";
import { isBreached } from "./breached.ts";
import { guessesNeeded } from "./guesses.ts";
import { hashPassword, isPassword } from "./password.ts";
import { contextWords, mayBePassword, normalisePassword } from "./policy.ts";
import { unsealName } from "./sessions.ts";

/** Beside the present one, so that the setting of how many may not come back can be raised to 24 at any time. */
const keptBefore = 23;

export type Owner = { userId: string; name: string; email: string; status: string; passwordHash: string | null };

/** A person as their password is judged by; throws `unknown_person`. */
export async function ownerOf(userId: string): Promise<Owner> {
  const [row] = await read((db) =>
    db.select({ nameCt: users.nameCt, emailCt: users.emailCt, status: users.status, passwordHash: users.passwordHash }).from(users).where(eq(users.id, userId)),
  );
  if (row === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
  const [name, email] = await Promise.all([unsealName(userId, row.nameCt), unseal({ table: "users", column: "email_ct", rowId: userId }, row.emailCt)]);
  return { userId, name, email, status: row.status, passwordHash: row.passwordHash };
}

/** Judges a password for a person without setting it; `score` runs from 0 to 4. */
export async function judgePassword(password: string, person: { name: string; email: string }): Promise<{ decision: Decision; score: number }> {
  const words = contextWords(person);
  const [guesses, breached, [lengthMin, lettersAndDigits]] = await Promise.all([
    guessesNeeded(normalisePassword(password.toWellFormed()), words),
    isBreached(password.toWellFormed()),
    getSettings(null, ["passwordLengthMin", "passwordLettersAndDigits"]),
  ]);
  const decision = mayBePassword(password, { words, lengthMin, lettersAndDigits, guessesLog10: guesses.log10, breached });
  return { decision, score: decision.allowed ? guesses.score : Math.min(guesses.score, 2) };
}

/** The hash of a password that may be set for this person; throws `weak_password` or `password_used_before`. */
export async function hashNewPassword(password: string, owner: Owner): Promise<string> {
  refuseUnless((await judgePassword(password, owner)).decision, "unprocessable", "weak_password");
  const remembered = await getSetting(null, "passwordsRemembered");
  const before = await read((db) =>
    db
      .select({ hash: authPasswordHistory.passwordHash })
      .from(authPasswordHistory)
      .where(eq(authPasswordHistory.userId, owner.userId))
      .orderBy(desc(authPasswordHistory.replacedAt), desc(authPasswordHistory.id))
      .limit(remembered - 1),
  );
  const hashes = [...(owner.passwordHash === null ? [] : [owner.passwordHash]), ...before.map((row) => Buffer.from(row.hash).toString("utf8"))];
  const matches = await Promise.all(hashes.map((hash) => isPassword(hash, password)));
  if (matches.includes(true)) throw new AppError("unprocessable", "password_used_before", `This was one of your last ${remembered} passwords. Choose one you have not used here.`);
  return hashPassword(password);
}

export type PasswordOccasion = "first" | "changed" | "reset";

/** Sets a person's password and keeps the one before; throws when it was changed since `owner` was read. */
export async function setPassword(tx: Tx, given: { owner: Owner; hash: string; occasion: PasswordOccasion }): Promise<void> {
  const { owner, hash, occasion } = given;
  const [row] = await tx.db.select({ passwordHash: users.passwordHash }).from(users).where(eq(users.id, owner.userId)).for("update");
  if (row?.passwordHash !== owner.passwordHash) throw conflict("password_changed_meanwhile", "The password was changed by someone else a moment ago. Sign in again.");
  await tx.db.update(users).set({ passwordHash: hash, passwordChangedAt: tx.ctx.now, resetRequestedAt: null }).where(eq(users.id, owner.userId));
  if (owner.passwordHash !== null) await keepOld(tx, owner.userId, owner.passwordHash);
  await recordAudit(tx, { verb: "auth.set_password", objectKind: "user", objectId: owner.userId, after: { occasion } });
  await recordEvent(tx, { event: "password.set", subjectUserId: owner.userId, fields: { occasion } });
}

async function keepOld(tx: Tx, userId: string, hash: string): Promise<void> {
  await tx.db.insert(authPasswordHistory).values({ id: newId("oldPassword"), userId, passwordHash: Buffer.from(hash, "utf8"), replacedAt: tx.ctx.now });
  const beyond = tx.db
    .select({ id: authPasswordHistory.id })
    .from(authPasswordHistory)
    .where(eq(authPasswordHistory.userId, userId))
    .orderBy(desc(authPasswordHistory.replacedAt), desc(authPasswordHistory.id))
    .offset(keptBefore);
  await tx.db.delete(authPasswordHistory).where(and(eq(authPasswordHistory.userId, userId), inArray(authPasswordHistory.id, beyond)));
}
