// Passkeys as their owner sees them: adding one, naming it, taking it away.
import { and, asc, eq, isNull, ne } from "drizzle-orm";
import { authSessions, users } from "@/db/schema/auth";
import { passkeys } from "@/db/schema/passkeys";
import { recordAudit, recordDenial } from "@/lib/audit";
import { read, withTransaction, type Ctx, type Tx, type UserActor } from "@/lib/context";
import { AppError, conflict, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { getSetting } from "@/lib/policies";
import { toIst } from "@/lib/time";
import { unseal } from "@/lib/vault";
import type { AddPasskeyInput, Attestation, DeviceOptions, PasskeyAnswer, PasskeyItem, PasskeyList } from "./contract.ts";
import { refusedRow, toAddPasskey } from "./factor-use.ts";
import { relyingParty, userHandleOf } from "./passkey-assertions.ts";
import { newChallenge, takeChallenge } from "./passkey-challenges.ts";
import { mayRemovePasskey, passkeysMax } from "./policy.ts";
import { endSessions, unsealName } from "./sessions.ts";
import { requirePerson } from "./step-up.ts";

type Row = { id: string; name: string; credentialId: Uint8Array; transports: string[]; backedUp: boolean; createdAt: Date; lastUsedAt: Date | null };

function mine(userId: string): Promise<Row[]> {
  return read((db) =>
    db
      .select({
        id: passkeys.id,
        name: passkeys.name,
        credentialId: passkeys.credentialId,
        transports: passkeys.transports,
        backedUp: passkeys.backedUp,
        createdAt: passkeys.createdAt,
        lastUsedAt: passkeys.lastUsedAt,
      })
      .from(passkeys)
      .where(and(eq(passkeys.userId, userId), isNull(passkeys.removedAt)))
      .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
  );
}

function toItem(row: Row): PasskeyItem {
  return { id: row.id, name: row.name, synced: row.backedUp, createdAt: toIst(row.createdAt), lastUsedAt: row.lastUsedAt === null ? null : toIst(row.lastUsedAt) };
}

/** The signed-in person's passkeys. */
export async function listPasskeys(ctx: Ctx): Promise<PasskeyList> {
  const actor = requirePerson(ctx);
  const [rows, required] = await Promise.all([mine(actor.userId), getSetting(null, "passkeysRequiredForApprovers")]);
  const decision = mayRemovePasskey({ required: required && actor.roles.includes("finance_admin"), passkeys: rows.length });
  return { items: rows.map(toItem), keepReasons: decision.allowed ? [] : decision.reasons };
}

/** What the browser hands to a device so that it makes a key for the signed-in person. */
export async function startPasskey(ctx: Ctx): Promise<DeviceOptions> {
  const { userId, sessionId } = requirePerson(ctx);
  const [person] = await read((db) => db.select({ nameCt: users.nameCt, emailCt: users.emailCt }).from(users).where(eq(users.id, userId)));
  if (person === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
  const [name, email, held] = await Promise.all([unsealName(userId, person.nameCt), unseal({ table: "users", column: "email_ct", rowId: userId }, person.emailCt), mine(userId)]);
  refuseTooMany(held.length);
  const { generateRegistrationOptions } = await import("@simplewebauthn/server");
  const options = await generateRegistrationOptions({
    rpName: "Countersign",
    rpID: relyingParty().id,
    userName: email,
    userDisplayName: name,
    userID: userHandleOf(userId),
    challenge: await newChallenge(ctx, { sessionId, purpose: "register" }),
    attestationType: "none",
    timeout: 120_000,
    excludeCredentials: held.map((key) => ({ id: Buffer.from(key.credentialId).toString("base64url"), transports: key.transports })),
    // Discoverable, so that it also works where nobody has typed an address; verified, so that it is two factors in one.
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  return { ...options };
}

/** Keeps a new passkey of the signed-in person, if the device's answer fits the challenge of this very session. */
export async function addPasskey(ctx: Ctx, given: AddPasskeyInput): Promise<PasskeyAnswer> {
  const { userId, sessionId } = requirePerson(ctx);
  const use = toAddPasskey(userId);
  const challenge = await takeChallenge(ctx, { sessionId, purpose: "register", use }, given.response.response.clientDataJSON);
  const made = await registered(given.response, challenge);
  if (made === null) {
    await recordDenial(ctx, refusedRow(use, "passkey", "registration"));
    throw new AppError("unprocessable", "passkey_refused", "This device's answer does not fit. Try again.", { detail: { reason: "registration" } });
  }
  const { credential } = made;
  const id = newId("passkey");
  await withTransaction(ctx, async (tx) => {
    await tx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("update");
    const held = await tx.db
      .select({ id: passkeys.id })
      .from(passkeys)
      .where(and(eq(passkeys.userId, userId), isNull(passkeys.removedAt)));
    refuseTooMany(held.length);
    const added = await tx.db
      .insert(passkeys)
      .values({
        id,
        userId,
        name: given.name,
        credentialId: Buffer.from(credential.id, "base64url"),
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: given.response.response.transports ?? [],
        backupEligible: made.credentialDeviceType === "multiDevice",
        backedUp: made.credentialBackedUp,
        createdAt: ctx.now,
      })
      .onConflictDoNothing()
      .returning({ id: passkeys.id });
    if (added.length === 0) throw conflict("passkey_exists", "This passkey is already in use here.");
    await recordAudit(tx, { verb: "auth.add_passkey", objectKind: "user", objectId: userId, after: { passkeyId: id, synced: made.credentialBackedUp } });
    await recordEvent(tx, { event: "passkey.added", subjectUserId: userId, fields: { passkeyId: id } });
  });
  return { id, name: given.name };
}

async function registered(response: Attestation, challenge: Uint8Array) {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const party = relyingParty();
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} } as Parameters<typeof verifyRegistrationResponse>[0]["response"],
      expectedChallenge: Buffer.from(challenge).toString("base64url"),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
    });
    return verified ? registrationInfo : null;
  } catch {
    // Whatever did not fit, nothing is kept.
    return null;
  }
}

function refuseTooMany(held: number): void {
  if (held >= passkeysMax) throw conflict("too_many_passkeys", `A person keeps at most ${passkeysMax} passkeys. Remove one you no longer use.`);
}

/** Gives one of the signed-in person's passkeys another name. */
export async function renamePasskey(ctx: Ctx, given: { id: string; name: string }): Promise<PasskeyAnswer> {
  return withTransaction(ctx, async (tx) => {
    const before = await held(tx, given.id);
    await tx.db.update(passkeys).set({ name: given.name }).where(eq(passkeys.id, before.id));
    await recordAudit(tx, { verb: "auth.rename_passkey", objectKind: "user", objectId: before.userId, before: { passkeyId: before.id } });
    await recordEvent(tx, { event: "passkey.renamed", subjectUserId: before.userId, fields: { passkeyId: before.id } });
    return { id: before.id, name: given.name };
  });
}

/** Takes one of the signed-in person's passkeys away; refused while approving needs it. */
export async function removePasskey(ctx: Ctx, id: string): Promise<PasskeyAnswer> {
  const actor = requirePerson(ctx);
  return withTransaction(ctx, async (tx) => {
    await tx.db.select({ id: users.id }).from(users).where(eq(users.id, actor.userId)).for("update");
    const before = await held(tx, id);
    const all = await tx.db
      .select({ id: passkeys.id })
      .from(passkeys)
      .where(and(eq(passkeys.userId, actor.userId), isNull(passkeys.removedAt)));
    const required = (await getSetting(tx, "passkeysRequiredForApprovers")) && actor.roles.includes("finance_admin");
    refuseUnless(mayRemovePasskey({ required, passkeys: all.length }), "conflict", "passkey_needed");
    await tx.db.update(passkeys).set({ removedAt: ctx.now }).where(eq(passkeys.id, before.id));
    await endPasskeySessions(tx, actor);
    await recordAudit(tx, { verb: "auth.remove_passkey", objectKind: "user", objectId: before.userId, before: { passkeyId: before.id } });
    await recordEvent(tx, { event: "passkey.removed", subjectUserId: before.userId, fields: { passkeyId: before.id } });
    return { id: before.id, name: before.name };
  });
}

/** A passkey is mostly removed because its device is lost: what was opened by any passkey elsewhere goes with it. */
async function endPasskeySessions(tx: Tx, actor: UserActor): Promise<void> {
  const open = await tx.db
    .select({ id: authSessions.id })
    .from(authSessions)
    .where(and(eq(authSessions.userId, actor.userId), eq(authSessions.factor, "passkey"), isNull(authSessions.endedAt), ne(authSessions.id, actor.sessionId)));
  const ids = open.map((row) => row.id);
  if (ids.length > 0) await endSessions(tx, ids, "passkey_removed");
}

async function held(tx: Tx, id: string): Promise<{ id: string; name: string; userId: string }> {
  const { userId } = requirePerson(tx.ctx);
  const [row] = await tx.db
    .select({ id: passkeys.id, name: passkeys.name, userId: passkeys.userId })
    .from(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId), isNull(passkeys.removedAt)));
  if (row === undefined) throw new AppError("not_found", "unknown_passkey", "There is no such passkey.");
  return row;
}
