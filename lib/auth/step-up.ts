// Step-up: a fresh factor for one kind of act in one session. Nothing of it passes to another session, act or time.
import { and, eq, gt, lte } from "drizzle-orm";
import { stepUps } from "@/db/schema/passkeys";
import { recordAudit } from "@/lib/audit";
import { read, withTransaction, type Ctx, type Tx, type UserActor } from "@/lib/context";
import { AppError, conflict } from "@/lib/errors";
import { recordEvent } from "@/lib/monitoring";
import { recentSetting } from "@/lib/policies";
import { minuteMs, plusMs, toIst } from "@/lib/time";
import type { DeviceOptions, StepUpAct, StepUpAnswer, StepUpInput } from "./contract.ts";
import { toStepUp } from "./factor-use.ts";
import { hasPasskey, signingOptions, withPasskey } from "./passkey-assertions.ts";
import { newChallenge, takeChallenge } from "./passkey-challenges.ts";
import { checkCode, consumeCode, spendingCode } from "./second-factor.ts";
import { rotateToken } from "./sessions.ts";

/** Five minutes, unless the setting says otherwise. */
async function windowMs(): Promise<number> {
  return (await recentSetting("stepUpMinutes")) * minuteMs;
}

/** Throws 403 `step_up_needed`, naming the act, unless this session showed a fresh factor for it within the window. */
export async function requireStepUp(ctx: Ctx, act: StepUpAct): Promise<void> {
  const { actor } = ctx;
  if (actor.kind === "user") {
    const since = plusMs(ctx.now, -(await windowMs()));
    const granted = await read((db) =>
      db
        .select({ at: stepUps.grantedAt })
        .from(stepUps)
        .where(and(eq(stepUps.sessionId, actor.sessionId), eq(stepUps.act, act), gt(stepUps.grantedAt, since), lte(stepUps.grantedAt, ctx.now))),
    );
    if (granted.length > 0) return;
  }
  throw new AppError("forbidden", "step_up_needed", "This needs your second factor once more.", { detail: { act } });
}

/** What the browser hands to the person's devices to open `act` with a passkey. */
export async function stepUpOptions(ctx: Ctx, act: StepUpAct): Promise<DeviceOptions> {
  const { userId, sessionId } = requirePerson(ctx);
  if (!(await hasPasskey(userId))) throw conflict("no_passkey", "You have no passkey here yet.");
  return signingOptions(await newChallenge(ctx, { sessionId, purpose: `step_up:${act}` }), userId);
}

/** A code or passkey opens the act for five minutes. Answers the session's new token: showing a factor renews the cookie. */
export async function stepUp(ctx: Ctx, given: StepUpInput): Promise<{ token: string; answer: StepUpAnswer }> {
  const actor = requirePerson(ctx);
  const use = toStepUp(actor.sessionId, given.act);
  if ("passkey" in given) {
    const challenge = await takeChallenge(ctx, { sessionId: actor.sessionId, purpose: `step_up:${given.act}`, use }, given.passkey.response.clientDataJSON);
    return withPasskey(ctx, { userId: actor.userId, use, challenge, response: given.passkey }, (tx, checked) =>
      grant(tx, { actor, act: given.act, factor: "passkey", factorId: checked.passkeyId }),
    );
  }
  const checked = await checkCode(ctx, actor.userId, { code: given.code, use });
  return spendingCode(ctx, checked, () =>
    withTransaction(ctx, async (tx) => {
      await consumeCode(tx, checked);
      return grant(tx, { actor, act: given.act, factor: "totp", factorId: checked.factorId });
    }),
  );
}

type Grant = { actor: UserActor; act: StepUpAct; factor: "totp" | "passkey"; factorId: string };

async function grant(tx: Tx, { actor, act, factor, factorId }: Grant): Promise<{ token: string; answer: StepUpAnswer }> {
  const now = tx.ctx.now;
  const token = await rotateToken(tx, actor.sessionId);
  if (token === null) throw new AppError("unauthenticated", "signed_out", "Your session has ended. Sign in again.");
  await tx.db
    .insert(stepUps)
    .values({ sessionId: actor.sessionId, act, factor, grantedAt: now })
    .onConflictDoUpdate({ target: [stepUps.sessionId, stepUps.act], set: { factor, grantedAt: now } });
  await recordAudit(tx, { verb: "auth.step_up", objectKind: "session", objectId: actor.sessionId, after: { act, factor, factorId } });
  await recordEvent(tx, { event: "step_up.granted", fields: { act, factor } });
  return { token, answer: { act, until: toIst(plusMs(now, await windowMs())) } };
}

/** The signed-in person behind a context; throws `unauthenticated` for anybody else. */
export function requirePerson(ctx: Ctx): UserActor {
  if (ctx.actor.kind !== "user") throw new AppError("unauthenticated", "signed_out", "You are not signed in.");
  return ctx.actor;
}
