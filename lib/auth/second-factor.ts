// The second factor: enrolling an authenticator app, looking a code up, using a step once.
import { and, eq, inArray, lt } from "drizzle-orm";
import * as QRCode from "qrcode";
import { compiled, slot } from "@/db/compiled";
import { authFactors, users } from "@/db/schema/auth";
import { recordAudit, recordDenial } from "@/lib/audit";
import { read, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { log, raiseQuietly } from "@/lib/monitoring";
import { seal, unseal } from "@/lib/vault";
import { codeShape, type EnrolAnswer } from "./contract.ts";
import { placeLimits, requireOpen, settle, type Limit } from "./limits.ts";
import { matchCode, newTotpSecret, secondsUntilNext, totpUri } from "./totp.ts";

export type CheckedCode = { factorId: string; step: number };

const placeOf = (factorId: string) => ({ table: "auth_factors", column: "secret_ct", rowId: factorId }) as const;

/** Stores a factor for a person; `pending` until its first code confirms it. */
export async function addFactor(tx: Tx, given: { userId: string; secret: string; status: "pending" | "active" }): Promise<string> {
  const id = newId("factor");
  await tx.db.insert(authFactors).values({ id, userId: given.userId, kind: "totp", status: given.status, secretCt: await seal(placeOf(id), given.secret), createdAt: tx.ctx.now });
  return id;
}

/** Whether the person has a confirmed factor. */
export async function hasFactor(userId: string): Promise<boolean> {
  const rows = await read((db) =>
    db
      .select({ id: authFactors.id })
      .from(authFactors)
      .where(and(eq(authFactors.userId, userId), eq(authFactors.status, "active"))),
  );
  return rows.length > 0;
}

/**
 * A fresh pending secret, replacing any earlier pending one: whoever saw that one can no longer confirm it. Throws
 * `already_enrolled` when a confirmed factor exists and it is not to stand `besideActive` one until it is confirmed.
 */
export async function startEnrolment(ctx: Ctx, userId: string, { besideActive = false } = {}): Promise<EnrolAnswer> {
  const secret = newTotpSecret();
  const email = await withTransaction(ctx, async (tx) => {
    const [person] = await tx.db.select({ emailCt: users.emailCt }).from(users).where(eq(users.id, userId)).for("update");
    if (person === undefined) throw new AppError("not_found", "unknown_person", "There is no such person.");
    const active = await tx.db
      .select({ id: authFactors.id })
      .from(authFactors)
      .where(and(eq(authFactors.userId, userId), eq(authFactors.status, "active")));
    if (active.length > 0 && !besideActive) throw conflict("already_enrolled", "This account already has an authenticator app. Enter its code.");
    await tx.db
      .update(authFactors)
      .set({ status: "removed" })
      .where(and(eq(authFactors.userId, userId), eq(authFactors.status, "pending")));
    const factorId = await addFactor(tx, { userId, secret, status: "pending" });
    await recordAudit(tx, { verb: "auth.enrol_start", objectKind: "user", objectId: userId, after: { factorId } });
    return unseal({ table: "users", column: "email_ct", rowId: userId }, person.emailCt);
  });
  return { secret, qrSvg: await QRCode.toString(totpUri(secret, email), { type: "svg", margin: 2, errorCorrectionLevel: "M" }) };
}

/**
 * Looks a person's code up against their confirmed factor: limits first, then the computation. Throws 422 `wrong_code`
 * (counted), 409 `code_used` (not counted) or 429. `consumeCode` in the act's own transaction uses
 * the step up, and `spendingCode` around it does when the act is refused.
 */
export function checkCode(ctx: Ctx, userId: string, code: string): Promise<CheckedCode> {
  return check(ctx, { userId, code, statuses: ["active"] });
}

/** As `checkCode`, for signing in: a pending factor counts while there is no confirmed one. */
export async function checkSignInCode(ctx: Ctx, userId: string, code: string): Promise<CheckedCode> {
  const statuses = (await hasFactor(userId)) ? (["active"] as const) : (["pending"] as const);
  return check(ctx, { userId, code, statuses: [...statuses], places: placeLimits(ctx.ip, "code-address") });
}

/** As `checkCode`, for the key a person is moving to. */
export function checkPendingCode(ctx: Ctx, userId: string, code: string): Promise<CheckedCode> {
  return check(ctx, { userId, code, statuses: ["pending"] });
}

type Asked = { userId: string; code: string; statuses: ("active" | "pending")[]; places?: Limit[] };

async function check(ctx: Ctx, asked: Asked): Promise<CheckedCode> {
  const { userId } = asked;
  const limits: Limit[] = [{ key: `code:${userId}`, rule: "code" }, ...(asked.places ?? [])];
  try {
    const code = codeShape.safeParse(asked.code);
    if (!code.success) throw new AppError("unprocessable", "invalid_code", "A code is six digits.");
    await requireOpen(ctx, limits);
    const [factor] = await read((db) =>
      db
        .select({ id: authFactors.id, secretCt: authFactors.secretCt, lastStep: authFactors.lastStep })
        .from(authFactors)
        .where(and(eq(authFactors.userId, userId), inArray(authFactors.status, asked.statuses))),
    );
    if (factor === undefined) throw conflict("not_enrolled", "This account has no authenticator app yet. Sign in again to add one.");
    const match = await matchCode(await unseal(placeOf(factor.id), factor.secretCt), code.data, { now: ctx.now, lastStep: factor.lastStep });
    await settle(ctx, limits, match.outcome === "wrong" ? "wrong" : "right");
    if (match.outcome === "wrong") throw new AppError("unprocessable", "wrong_code", "The code is not right.");
    if (match.outcome === "used") throw codeUsed(factor.lastStep, ctx.now);
    return { factorId: factor.id, step: match.step };
  } catch (error) {
    await denied(ctx, userId, error);
    throw error;
  }
}

async function denied(ctx: Ctx, userId: string, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || error.code === "unavailable") return;
  await recordDenial(ctx, { verb: "auth.second_factor", objectKind: "user", objectId: userId, reason: error.kind });
  await raiseQuietly(ctx, { event: "factor.failed", subjectUserId: userId, fields: { reason: error.kind } }, userId);
}

function codeUsed(lastStep: number, now: Date): AppError {
  const seconds = secondsUntilNext(lastStep, now);
  const next = seconds === 0 ? "The one shown now is good." : `The next one is good in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  return conflict("code_used", `This code was already used. ${next}`, { retryAfterSeconds: Math.max(1, seconds), detail: { nextInSeconds: String(seconds) } });
}

const burnStep = compiled((db) =>
  db
    .update(authFactors)
    .set({ lastStep: slot("step"), status: "active" })
    .where(and(eq(authFactors.id, slot("id")), inArray(authFactors.status, ["active", "pending"]), lt(authFactors.lastStep, slot("step"))))
    .returning({ id: authFactors.id }),
);

/** Uses a checked step up, once: of any number of callers one wins, and an older step than the last never does. */
export async function consumeCode(tx: Tx, checked: CheckedCode): Promise<void> {
  const won = await burnStep(tx.db, { id: checked.factorId, step: checked.step });
  if (won.length === 0) throw codeUsed(checked.step, tx.ctx.now);
}

/**
 * Runs the act that a checked code was shown for. A code that was accepted is spent even when the act is then refused and
 * undone: nobody who saw it typed can try it on something else.
 */
export async function spendingCode<T>(ctx: Ctx, checked: CheckedCode, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    await spend(ctx, checked, error).catch((failed: unknown) => log.warn({ requestId: ctx.requestId, error: failed }, "the code of a refused act could not be spent"));
    throw error;
  }
}

async function spend(ctx: Ctx, checked: CheckedCode, error: unknown): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const spent = await tx.db
      .update(authFactors)
      .set({ lastStep: checked.step })
      .where(and(eq(authFactors.id, checked.factorId), eq(authFactors.status, "active"), lt(authFactors.lastStep, checked.step)))
      .returning({ userId: authFactors.userId });
    const [owner] = spent;
    if (owner === undefined) return;
    await recordAudit(tx, {
      verb: "auth.code_spent",
      objectKind: "user",
      objectId: owner.userId,
      reason: error instanceof AppError ? error.kind : "failed",
      after: { factorId: checked.factorId },
    });
  });
}
