// Recovery codes: what a person signs in with when their phone is gone. Ten at a time, each good once.
import { randomBytes } from "node:crypto";
import { and, count, eq, inArray, isNull, max } from "drizzle-orm";
import { authSessions, users } from "@/db/schema/auth";
import { authRecoveryCodes } from "@/db/schema/credentials";
import { recordAudit, recordDenial } from "@/lib/audit";
import { read, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict, isAppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { plusMs } from "@/lib/time";
import { blindIndex, blindIndexes } from "@/lib/vault";
import { recoveryCodeShape, type RecoveryCodesAnswer, type RecoveryStep, type TicketAnswer } from "./contract.ts";
import { endAllSessions, endRecoveryCodes } from "./factor-reset.ts";
import { refusedRow, tellRefused, toSignIn, type FactorUse } from "./factor-use.ts";
import { freezePayoutRights } from "./freezes.ts";
import { requireOpen, settle, type Limit } from "./limits.ts";
import { sessionRules } from "./policy.ts";
import { actingAs, requirePending } from "./pending.ts";
import { endSessions, openSession } from "./sessions.ts";
import { requirePerson, requireStepUp } from "./step-up.ts";

const codesAtATime = 10;
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 80 random bits as four groups of four. */
function newRecoveryCode(): string {
  const characters = Array.from(randomBytes(16), (byte) => alphabet[byte & 31]).join("");
  return characters.replace(/(.{4})(?=.)/g, "$1-");
}

export type RecoveryStanding = { left: number; madeAt: Date | null };

/** How many codes a person has left, and since when. */
export async function recoveryStanding(userId: string): Promise<RecoveryStanding> {
  const [row] = await read((db) =>
    db
      .select({ left: count(), madeAt: max(authRecoveryCodes.createdAt) })
      .from(authRecoveryCodes)
      .where(live(userId)),
  );
  return { left: row?.left ?? 0, madeAt: row?.madeAt ?? null };
}

function live(userId: string) {
  return and(eq(authRecoveryCodes.userId, userId), isNull(authRecoveryCodes.usedAt), isNull(authRecoveryCodes.endedAt));
}

/**
 * Makes ten fresh codes and voids the ones before; they are shown once. Needs a step-up, but for a person without any who
 * has shown a factor by signing in a moment ago.
 */
export async function makeRecoveryCodes(ctx: Ctx): Promise<RecoveryCodesAnswer> {
  const person = requirePerson(ctx);
  const { left } = await recoveryStanding(person.userId);
  const first = left === 0 && (await signedInJustNow(person.sessionId, ctx.now));
  if (!first) await requireStepUp(ctx, "factor");
  const codes = Array.from({ length: codesAtATime }, newRecoveryCode);
  const indexes = await Promise.all(codes.map((code) => blindIndex("auth.recovery_code", code)));
  await withTransaction(ctx, async (tx) => {
    await tx.db.select({ id: users.id }).from(users).where(eq(users.id, person.userId)).for("update");
    if (first && (await tx.db.select({ id: authRecoveryCodes.id }).from(authRecoveryCodes).where(live(person.userId)).limit(1)).length > 0)
      throw conflict("codes_made_meanwhile", "Recovery codes were made in another window. Keep those, or make new ones on your profile.");
    await endRecoveryCodes(tx, person.userId);
    await tx.db.insert(authRecoveryCodes).values(indexes.map((codeIndex) => ({ id: newId("recoveryCode"), userId: person.userId, codeIndex, createdAt: tx.ctx.now })));
    await recordAudit(tx, { verb: "auth.make_recovery_codes", objectKind: "user", objectId: person.userId, after: { count: codes.length } });
    await recordEvent(tx, { event: "recovery.codes_made", subjectUserId: person.userId, fields: { count: codes.length } });
  });
  return { codes };
}

async function signedInJustNow(sessionId: string, now: Date): Promise<boolean> {
  const [row] = await read((db) => db.select({ factor: authSessions.factor, createdAt: authSessions.createdAt }).from(authSessions).where(eq(authSessions.id, sessionId)));
  return row !== undefined && row.factor !== "recovery_code" && plusMs(row.createdAt, sessionRules.stepUpMs) > now;
}

export type CheckedRecoveryCode = { userId: string; recoveryCodeId: string };

/** Looks a recovery code up, counted with the person's other codes. Throws 422 `wrong_recovery_code` or 429. */
export async function checkRecoveryCode(ctx: Ctx, userId: string, { code, use }: { code: string; use: FactorUse }): Promise<CheckedRecoveryCode> {
  const limit: Limit = { key: `code:${userId}`, rule: "code" };
  try {
    const shaped = recoveryCodeShape.safeParse(code);
    if (!shaped.success) throw new AppError("unprocessable", "invalid_code", "A recovery code is sixteen letters and digits.");
    await requireOpen(ctx, [limit]);
    const indexes = await blindIndexes("auth.recovery_code", shaped.data);
    const [row] = await read((db) =>
      db
        .select({ id: authRecoveryCodes.id })
        .from(authRecoveryCodes)
        .where(and(live(userId), inArray(authRecoveryCodes.codeIndex, indexes))),
    );
    await settle(ctx, [limit], row === undefined ? "wrong" : "right");
    if (row === undefined) throw wrongCode();
    return { userId, recoveryCodeId: row.id };
  } catch (error) {
    if (isAppError(error) && error.code !== "unavailable") {
      await recordDenial(ctx, { ...refusedRow(use, "recovery_code", error.kind), verb: "auth.recovery_code" });
      await tellRefused(ctx, { userId, use, reason: error.kind });
    }
    throw error;
  }
}

/**
 * Uses a checked code up, once, ends the person's sessions and takes their say in payouts away for 24 h: whoever holds a
 * recovery code may have found it. Answers how many are left.
 */
export async function consumeRecoveryCode(tx: Tx, checked: CheckedRecoveryCode): Promise<number> {
  const { userId } = checked;
  const won = await tx.db
    .update(authRecoveryCodes)
    .set({ usedAt: tx.ctx.now })
    .where(and(live(userId), eq(authRecoveryCodes.id, checked.recoveryCodeId)))
    .returning({ id: authRecoveryCodes.id });
  if (won.length === 0) throw wrongCode();
  const [rest] = await tx.db.select({ left: count() }).from(authRecoveryCodes).where(live(userId));
  const left = rest?.left ?? 0;
  const ended = await endAllSessions(tx, userId, { reason: "recovery_code_used" });
  await recordAudit(tx, { verb: "auth.use_recovery_code", objectKind: "user", objectId: userId, after: { left, sessionsEnded: ended } });
  await recordEvent(tx, { event: "recovery.code_used", subjectUserId: userId, fields: { left } });
  await freezePayoutRights(tx, userId, { reason: "recovery_code" });
  return left;
}

function wrongCode(): AppError {
  return new AppError("unprocessable", "wrong_recovery_code", "This recovery code is not right, or was used already.");
}

/** Second step without the phone: a recovery code opens the only session the person then has. */
export async function signInWithRecoveryCode(ctx: Ctx, headers: Headers, given: RecoveryStep): Promise<TicketAnswer> {
  const pending = await requirePending(headers, ctx.now);
  const known = actingAs(ctx, pending.actor);
  const checked = await checkRecoveryCode(known, pending.userId, { code: given.recoveryCode, use: toSignIn(pending.userId) });
  try {
    return await withTransaction(known, async (tx) => {
      if ((await endSessions(tx, [pending.id], "promoted")) === 0) throw new AppError("unauthenticated", "signed_out", "This sign-in was finished elsewhere. Sign in again.");
      await consumeRecoveryCode(tx, checked);
      const { sessionId, ticket } = await openSession(tx, { userId: pending.userId, level: "full", factor: "recovery_code" });
      await tx.db.update(users).set({ lastSignInAt: tx.ctx.now }).where(eq(users.id, pending.userId));
      await recordAudit(tx, { verb: "auth.second_factor", objectKind: "user", objectId: pending.userId, after: { sessionId } });
      await recordEvent(tx, { event: "signin.ok", subjectUserId: pending.userId });
      return { ticket, next: "/overview" };
    });
  } catch (error) {
    if (isAppError(error)) await recordDenial(known, { verb: "auth.recovery_code", objectKind: "user", objectId: pending.userId, reason: error.kind });
    throw error;
  }
}
