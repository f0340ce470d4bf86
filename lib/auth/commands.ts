// The verbs of signing in and out. Each answers the same, in the same time, whether or not the account exists.
import { and, eq } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { recordAudit, recordDenial } from "@/lib/audit";
import { read, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, isAppError } from "@/lib/errors";
import { raiseQuietly, recordEvent } from "@/lib/monitoring";
import { blindIndex } from "@/lib/vault";
import type { CodeStep, EnrolAnswer, PasswordStep, TicketAnswer } from "./contract.ts";
import { deviceCookieFor, knownDevice, type SignedIn } from "./known-device.ts";
import { placeLimits, requireOpen, settle, type Limit } from "./limits.ts";
import { hashPassword, isPassword, needsRehash, nobodysHash } from "./password.ts";
import { hasPasskey } from "./passkey-assertions.ts";
import { actingAs, requirePending } from "./pending.ts";
import { checkSignInCode, consumeCode, hasFactor, startEnrolment, spendingCode, type CheckedCode } from "./second-factor.ts";
import { endSessions, openSession, sessionFrom, unsealName } from "./sessions.ts";

/**
 * First step: e-mail and password open a pending session, which carries no right but to present the second factor.
 * `device` is the cookie of a browser the person may have signed in with before: it has limits of its own.
 */
export async function signInWithPassword(ctx: Ctx, given: PasswordStep, device: string | null = null): Promise<TicketAnswer> {
  const emailIndex = await blindIndex("users.email", given.email);
  // Keyed by what was typed, not by account, so that an unknown address is limited exactly as a known one.
  const key = `password:${Buffer.from(emailIndex).toString("hex")}`;
  const [person] = await read((db) => db.select({ id: users.id, status: users.status, passwordHash: users.passwordHash }).from(users).where(eq(users.emailIndex, emailIndex)));
  const known = knownDevice(device, person?.id ?? "nobody", ctx.now);
  const limits: Limit[] = [{ key: known === null ? key : `${key}:${known}`, rule: "password" }];
  if (known === null) limits.push(...placeLimits(ctx.ip));
  try {
    await requireOpen(ctx, limits);
    const matches = await isPassword(person?.passwordHash ?? nobodysHash, given.password);
    const right = matches && person?.status === "active";
    await settle(ctx, limits, right ? "right" : "wrong");
    if (!right) throw new AppError("unauthenticated", "wrong_credentials", "The e-mail address or password is not right.");
    if (person.passwordHash !== null && needsRehash(person.passwordHash)) await hashAnew(ctx, { id: person.id, passwordHash: person.passwordHash }, given.password);
    return await openPending(ctx, person.id);
  } catch (error) {
    if (error instanceof AppError && error.code !== "unavailable") {
      await recordDenial(ctx, { verb: "auth.password", objectKind: "user", objectId: person?.id ?? "unknown", reason: error.kind });
      // Quietened by what was typed: an unknown address must cost exactly what a known one costs.
      await raiseQuietly(ctx, { event: "signin.failed", subjectUserId: person?.id ?? null, fields: { reason: error.kind } }, key);
    }
    throw error;
  }
}

/** The moment a password is right is the only one at which its hash can be made as strong as today's. */
async function hashAnew(ctx: Ctx, person: { id: string; passwordHash: string }, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  await withTransaction(ctx, async (tx) => {
    await tx.db
      .update(users)
      .set({ passwordHash })
      .where(and(eq(users.id, person.id), eq(users.passwordHash, person.passwordHash)));
    await recordAudit(tx, { verb: "auth.hash_anew", objectKind: "user", objectId: person.id });
  });
}

async function openPending(ctx: Ctx, userId: string): Promise<TicketAnswer> {
  return withTransaction(ctx, async (tx) => ({ ticket: (await recordPending(tx, userId)).ticket, next: "/two-factor" }));
}

/** The session of whoever gave the right password. */
export async function recordPending(tx: Tx, userId: string): Promise<{ sessionId: string; ticket: string }> {
  const opened = await openSession(tx, { userId, level: "password" });
  await recordAudit(tx, { verb: "auth.password", objectKind: "user", objectId: userId, after: { sessionId: opened.sessionId } });
  return opened;
}

/** Uses up the code and turns the pending session into a full one under a new id. */
export async function recordPromotion(tx: Tx, pending: { id: string; userId: string }, checked: CheckedCode): Promise<{ sessionId: string; ticket: string }> {
  if ((await endSessions(tx, [pending.id], "promoted")) === 0) throw new AppError("unauthenticated", "signed_out", "This sign-in was finished elsewhere. Sign in again.");
  await consumeCode(tx, checked);
  const opened = await openSession(tx, { userId: pending.userId, level: "full", factor: "totp" });
  await tx.db.update(users).set({ lastSignInAt: tx.ctx.now }).where(eq(users.id, pending.userId));
  await recordAudit(tx, { verb: "auth.second_factor", objectKind: "user", objectId: pending.userId, after: { sessionId: opened.sessionId } });
  await recordEvent(tx, { event: "signin.ok", subjectUserId: pending.userId });
  return opened;
}

/** `passkey`: whether the person may use one instead of a code. */
export type SecondStep = { step: "done" } | { step: "enrol" | "verify"; name: string; passwordAt: Date; passkey: boolean };

/** Where a half-signed-in person stands; null without a live session. */
export async function secondStep(headers: Headers, now: Date): Promise<SecondStep | null> {
  const live = await sessionFrom(headers, now);
  if (live === null) return null;
  if (live.level === "full") return { step: "done" };
  const [enrolled, name, passkey] = await Promise.all([hasFactor(live.userId), unsealName(live.userId, live.nameCt), hasPasskey(live.userId)]);
  return { step: enrolled ? "verify" : "enrol", name, passwordAt: live.createdAt, passkey };
}

/** Starts adding an authenticator app, for a person who has passed the first step and has none. */
export async function enrol(ctx: Ctx, headers: Headers): Promise<EnrolAnswer> {
  const pending = await requirePending(headers, ctx.now);
  return startEnrolment(actingAs(ctx, pending.actor), pending.userId);
}

/** Second step: a code ends the pending session and opens a full one under a new id and token. `device` as in the first step. */
export async function signInWithCode(ctx: Ctx, headers: Headers, given: CodeStep & { device?: string | null }): Promise<SignedIn> {
  const pending = await requirePending(headers, ctx.now);
  const known = actingAs(ctx, pending.actor);
  const enrolling = !(await hasFactor(pending.userId));
  const checked = await checkSignInCode(known, pending.userId, { code: given.code, knownDevice: knownDevice(given.device ?? null, pending.userId, ctx.now) !== null });
  try {
    return await spendingCode(known, checked, () =>
      withTransaction(known, async (tx) => {
        const { ticket } = await recordPromotion(tx, pending, checked);
        if (enrolling) await recordAudit(tx, { verb: "auth.enrol", objectKind: "user", objectId: pending.userId, after: { factorId: checked.factorId } });
        if (enrolling) await recordEvent(tx, { event: "factor.enrolled", subjectUserId: pending.userId, fields: { factorId: checked.factorId, kind: "totp" } });
        // Whoever has just enrolled is shown their recovery codes before anything else.
        return { ticket, next: enrolling ? "/recovery-codes" : "/overview", device: deviceCookieFor(pending.userId, ctx.now) };
      }),
    );
  } catch (error) {
    if (isAppError(error)) await recordDenial(known, { verb: "auth.second_factor", objectKind: "user", objectId: pending.userId, reason: error.kind });
    throw error;
  }
}

/** Ends the request's session, whichever step it is at; without one there is nothing to do. */
export async function signOut(ctx: Ctx, headers: Headers): Promise<{ done: true }> {
  const live = await sessionFrom(headers, ctx.now);
  if (live === null) return { done: true };
  await withTransaction(actingAs(ctx, live.actor), async (tx) => {
    if ((await endSessions(tx, [live.id], "signed_out")) === 0) return;
    await recordAudit(tx, { verb: "auth.sign_out", objectKind: "session", objectId: live.id });
  });
  return { done: true };
}
