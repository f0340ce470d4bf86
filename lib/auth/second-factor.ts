// The second factor: enrolling an authenticator app, looking a code up, using a step once.
import { and, eq, lt } from "drizzle-orm";
import * as QRCode from "qrcode";
import * as z from "zod/mini";
import { askAll, bytesOf, textList, type Ask } from "@/db/calls";
import { authFactors, users } from "@/db/schema/auth";
import { recordAudit, recordDenial } from "@/lib/audit";
import { read, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { log } from "@/lib/monitoring";
import { requireInstant } from "@/lib/time";
import { seal, unseal } from "@/lib/vault";
import { codeShape, type EnrolAnswer } from "./contract.ts";
import { refusedRow, tellRefused, toReplaceApp, toSignIn, type FactorUse } from "./factor-use.ts";
import { blocked, placeLimits, settle, type Limit } from "./limits.ts";
import { matchCode, newTotpSecret, secondsUntilNext, totpUri } from "./totp.ts";

export type CheckedCode = { factorId: string; step: number; limitKeys: readonly string[]; use: FactorUse };

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
 * Looks a person's code up against their confirmed factor, for one use: limits first, then the computation. Throws 422 `wrong_code`
 * (counted), 409 `code_used` (not counted) or 429. `consumeCode` in the act's own transaction uses the step up and clears
 * the counter, if it is still open then: so however many guesses run at once, no more than the limit are ever used.
 * `spendingCode` around it uses the step up when the act is refused.
 */
export function checkCode(ctx: Ctx, userId: string, given: { code: string; use: FactorUse }): Promise<CheckedCode> {
  return check(ctx, { userId, ...given, standing: "active" });
}

/** As `checkCode`, for signing in: a pending factor counts while there is no confirmed one, and failures count for the place unless the browser is known. */
export async function checkSignInCode(ctx: Ctx, userId: string, given: { code: string; knownDevice: boolean }): Promise<CheckedCode> {
  const standing = (await hasFactor(userId)) ? "active" : "pending";
  return check(ctx, { userId, code: given.code, use: toSignIn(userId), standing, places: given.knownDevice ? [] : placeLimits(ctx.ip, "code-address") });
}

/** As `checkCode`, for the key a person is moving to. */
export function checkPendingCode(ctx: Ctx, userId: string, code: string): Promise<CheckedCode> {
  return check(ctx, { userId, code, use: toReplaceApp(userId), standing: "pending" });
}

type Asked = { userId: string; code: string; use: FactorUse; standing: "active" | "pending"; places?: Limit[] };

const blockedUntil = z.nullable(z.pipe(z.string(), z.transform(requireInstant)));
const factsShape = z.object({
  factor: z.nullable(z.object({ id: z.string(), secretCt: z.pipe(z.string(), z.transform(bytesOf)), lastStep: z.int() })),
  blockedUntil,
});
const usedShape = z.object({ used: z.boolean(), blockedUntil });

function askCode({ userId, standing }: Asked, limitKeys: readonly string[]): Ask<z.output<typeof factsShape>> {
  return { call: "code_facts", given: { person: userId, standing, limit_keys: textList(limitKeys) }, read: (answer) => z.parse(factsShape, answer) };
}

async function check(ctx: Ctx, asked: Asked): Promise<CheckedCode> {
  const { userId } = asked;
  const limits: Limit[] = [{ key: `code:${userId}`, rule: "code" }, ...(asked.places ?? [])];
  try {
    const code = codeShape.safeParse(asked.code);
    if (!code.success) throw new AppError("unprocessable", "invalid_code", "A code is six digits.");
    const limitKeys = limits.map((limit) => limit.key);
    const [{ factor, blockedUntil: until }] = await read((db) => askAll(db, [askCode(asked, limitKeys)]));
    if (until !== null && until > ctx.now) throw blocked(ctx, [until]);
    if (factor === null) throw conflict("not_enrolled", "This account has no authenticator app yet. Sign in again to add one.");
    const match = await matchCode(await unseal(placeOf(factor.id), factor.secretCt), code.data, { now: ctx.now, lastStep: factor.lastStep });
    if (match.outcome === "wrong") await settle(ctx, limits, "wrong");
    if (match.outcome === "wrong") throw new AppError("unprocessable", "wrong_code", "The code is not right.");
    if (match.outcome === "used") throw codeUsed(factor.lastStep, ctx.now);
    return { factorId: factor.id, step: match.step, limitKeys, use: asked.use };
  } catch (error) {
    await denied(ctx, asked, error);
    throw error;
  }
}

async function denied(ctx: Ctx, { userId, use }: Asked, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || error.code === "unavailable") return;
  await recordDenial(ctx, refusedRow(use, "totp", error.kind));
  await tellRefused(ctx, { userId, use, reason: error.kind });
}

function codeUsed(lastStep: number, now: Date): AppError {
  const seconds = secondsUntilNext(lastStep, now);
  const next = seconds === 0 ? "The one shown now is good." : `The next one is good in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  return conflict("code_used", `This code was already used. ${next}`, { retryAfterSeconds: Math.max(1, seconds), detail: { nextInSeconds: String(seconds) } });
}

/** Uses a checked step up, once, among what the act asks in its own transaction; throws 409 `code_used`, or 429 when the limit closed meanwhile. */
export function askUse(ctx: Ctx, checked: CheckedCode): Ask<void> {
  const { factorId, step, limitKeys } = checked;
  return {
    call: "use_code",
    given: { factor: factorId, step, limit_keys: textList(limitKeys), now_at: ctx.now },
    read: (answer) => {
      const { used, blockedUntil: until } = z.parse(usedShape, answer);
      if (until !== null) throw blocked(ctx, [until]);
      if (!used) throw codeUsed(step, ctx.now);
    },
  };
}

/** As `askUse`, by itself. */
export async function consumeCode(tx: Tx, checked: CheckedCode): Promise<void> {
  await tx.ask(askUse(tx.ctx, checked));
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
      after: { factorId: checked.factorId, ...checked.use.named },
    });
  });
}
