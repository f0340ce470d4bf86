// Signing in with a passkey: as the second step after a password, or alone where a device verifies its owner itself.
import { createHash } from "node:crypto";
import { and, eq } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { recordAudit } from "@/lib/audit";
import type { Ctx, Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { raiseQuietly, recordEvent } from "@/lib/monitoring";
import type { DeviceOptions, PasskeyStep } from "./contract.ts";
import { toSignIn } from "./factor-use.ts";
import { deviceCookieFor, type SignedIn } from "./known-device.ts";
import { ownerOf, signingOptions, withPasskey, type CheckedPasskey } from "./passkey-assertions.ts";
import { newChallenge, takeChallenge, type ChallengePurpose } from "./passkey-challenges.ts";
import { actingAs, requirePending } from "./pending.ts";
import { endSessions, openSession } from "./sessions.ts";
import { newToken } from "./tokens.ts";

/** What the browser hands to the devices of a half-signed-in person; throws `no_passkey` when they have none. */
export async function passkeySecondStep(ctx: Ctx, headers: Headers): Promise<DeviceOptions> {
  const pending = await requirePending(headers, ctx.now);
  return signingOptions(await newChallenge(actingAs(ctx, pending.actor), { sessionId: pending.id, purpose: "second_factor" }), pending.userId);
}

/** Second step with a passkey: ends the pending session and opens a full one under a new id and token. */
export async function signInWithPasskey(ctx: Ctx, headers: Headers, given: PasskeyStep): Promise<SignedIn> {
  const pending = await requirePending(headers, ctx.now);
  const known = actingAs(ctx, pending.actor);
  const use = toSignIn(pending.userId);
  const challenge = await takeChallenge(known, { sessionId: pending.id, purpose: "second_factor", use }, given.response.response.clientDataJSON);
  return withPasskey(known, { userId: pending.userId, use, challenge, response: given.response }, async (tx, checked) => {
    if ((await endSessions(tx, [pending.id], "promoted")) === 0) throw new AppError("unauthenticated", "signed_out", "This sign-in was finished elsewhere. Sign in again.");
    return open(tx, checked);
  });
}

/** Asks any passkey on a device, without a password first. The browser keeps `nonce` and must bring it back. */
export async function passkeyAtDoor(ctx: Ctx): Promise<{ nonce: string; options: DeviceOptions }> {
  const nonce = newToken();
  return { nonce, options: await signingOptions(await newChallenge(ctx, { sessionId: null, purpose: doorOf(nonce) }), null) };
}

/**
 * Signs in with a passkey alone: a device that verified its owner is two factors, and no stranger's wrong passwords stand
 * in its way. Whoever is unknown, disabled or refused gets the same answer.
 */
export async function signInAtDoor(ctx: Ctx, nonce: string | null, given: PasskeyStep): Promise<SignedIn> {
  try {
    const challenge = await takeChallenge(ctx, { sessionId: null, purpose: doorOf(nonce ?? "none"), use: null }, given.response.response.clientDataJSON);
    const userId = await ownerOf(given.response.id);
    if (userId === null || given.response.response.userHandle === undefined) throw new AppError("unprocessable", "passkey_refused", "", { detail: { reason: "unknown_passkey" } });
    return await withPasskey(ctx, { userId, use: toSignIn(userId), challenge, response: given.response }, open);
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== "passkey_refused") throw error;
    await raiseQuietly(ctx, { event: "passkey.refused", fields: { purpose: "sign_in", reason: error.detail["reason"] ?? "refused", passkeyId: "unknown" } }, ctx.ip ?? "unknown");
    throw new AppError("unprocessable", "passkey_refused", "This passkey was not accepted here. Try again, or sign in with your password.");
  }
}

const doorOf = (nonce: string): ChallengePurpose => `door:${createHash("sha256").update(nonce).digest("hex")}`;

async function open(tx: Tx, checked: CheckedPasskey): Promise<SignedIn> {
  const { userId, passkeyId } = checked;
  const known = await tx.db
    .update(users)
    .set({ lastSignInAt: tx.ctx.now })
    .where(and(eq(users.id, userId), eq(users.status, "active")))
    .returning({ id: users.id });
  if (known.length === 0) throw new AppError("unprocessable", "passkey_refused", "This passkey was not accepted.", { detail: { reason: "not_active" } });
  const { sessionId, ticket } = await openSession(tx, { userId, level: "full", factor: "passkey" });
  await recordAudit(tx, { verb: "auth.second_factor", objectKind: "user", objectId: userId, after: { sessionId, passkeyId } });
  await recordEvent(tx, { event: "signin.ok", subjectUserId: userId });
  return { ticket, next: "/overview", device: deviceCookieFor(userId, tx.ctx.now) };
}
