// A passkey's signature: who it is by, whether it is over exactly what was asked, and using it up.
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { passkeys } from "@/db/schema/passkeys";
import { recordDenial } from "@/lib/audit";
import { config } from "@/lib/config";
import { read, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { raiseEvent, raiseQuietly } from "@/lib/monitoring";
import type { Assertion, DeviceOptions } from "./contract.ts";
import { refusedRow, type FactorUse } from "./factor-use.ts";

export type CheckedPasskey = { passkeyId: string; userId: string; counter: number; backedUp: boolean };

type Key = { id: string; userId: string; credentialId: Uint8Array; publicKey: Uint8Array; counter: number; transports: string[] };

/** The name passkeys are bound to: the host people know this desk by. */
export function relyingParty(): { origin: string; id: string } {
  const origin = config().appOrigin;
  return { origin, id: new URL(origin).hostname };
}

/** What a device keeps as its owner's handle: our id of them, which says nothing about them. */
export function userHandleOf(userId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(userId, "utf8"));
}

function activeKeys(userId: string): Promise<Key[]> {
  return read((db) =>
    db
      .select({
        id: passkeys.id,
        userId: passkeys.userId,
        credentialId: passkeys.credentialId,
        publicKey: passkeys.publicKey,
        counter: passkeys.counter,
        transports: passkeys.transports,
      })
      .from(passkeys)
      .where(and(eq(passkeys.userId, userId), isNull(passkeys.removedAt))),
  );
}

export async function hasPasskey(userId: string): Promise<boolean> {
  return (await activeKeys(userId)).length > 0;
}

/**
 * What the browser hands to a person's devices to have `challenge` signed (32 bytes, e.g. the SHA-256 of a ceremony
 * envelope). Throws `no_passkey` when they have none. Without `userId` any of the desk's passkeys on the device may answer.
 */
export async function signingOptions(challenge: Uint8Array<ArrayBuffer>, userId: string | null): Promise<DeviceOptions> {
  const keys = userId === null ? [] : await activeKeys(userId);
  if (userId !== null && keys.length === 0) throw new AppError("conflict", "no_passkey", "You have no passkey here yet.");
  const { generateAuthenticationOptions } = await import("@simplewebauthn/server");
  const options = await generateAuthenticationOptions({
    rpID: relyingParty().id,
    challenge,
    userVerification: "required",
    timeout: 120_000,
    allowCredentials: keys.map((key) => ({ id: Buffer.from(key.credentialId).toString("base64url"), transports: key.transports })),
  });
  return { ...options };
}

/** The person behind a credential that nobody has named yet; null when it is not one of ours. */
export async function ownerOf(credentialId: string): Promise<string | null> {
  const bytes = Buffer.from(credentialId, "base64url");
  const [row] = await read((db) =>
    db
      .select({ userId: passkeys.userId })
      .from(passkeys)
      .where(and(eq(passkeys.credentialId, bytes), isNull(passkeys.removedAt))),
  );
  return row?.userId ?? null;
}

/**
 * Looks a signature up against a person's passkeys: theirs, over exactly these bytes, made on our origin for our name,
 * with the device having verified its owner. Throws 422 `passkey_refused`. Only `consumePasskey`, in the act's own
 * transaction, uses it up; whoever made the challenge sees to it that it is taken once.
 */
export async function assertPasskey(ctx: Ctx, userId: string, given: { use: FactorUse; challenge: Uint8Array; response: Assertion }): Promise<CheckedPasskey> {
  const refuse = (why: { reason: string; passkeyId?: string }): Promise<never> => refused(ctx, userId, { use: given.use, why });
  const credentialId = Buffer.from(given.response.id, "base64url");
  const key = (await activeKeys(userId)).find((each) => Buffer.from(each.credentialId).equals(credentialId));
  if (key === undefined) return refuse({ reason: "unknown_passkey" });
  const handle = given.response.response.userHandle;
  if (handle !== undefined && handle !== Buffer.from(userHandleOf(userId)).toString("base64url")) return refuse({ reason: "another_person", passkeyId: key.id });
  const verified = await verify(key, given);
  if (verified === null) return refuse({ reason: "signature", passkeyId: key.id });
  if (!movedOn(key.counter, verified.counter)) {
    await raiseEvent(ctx, { event: "passkey.copied", subjectUserId: userId, fields: { passkeyId: key.id } });
    return refuse({ reason: "counter", passkeyId: key.id });
  }
  return { passkeyId: key.id, userId, ...verified };
}

/** A counter that stands still or goes back says that a copy of the key may exist; many keys never count and stay at 0. */
function movedOn(before: number, now: number): boolean {
  return now > before || (now === 0 && before === 0);
}

async function verify(key: Key, given: { challenge: Uint8Array; response: Assertion }): Promise<{ counter: number; backedUp: boolean } | null> {
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const party = relyingParty();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...given.response, clientExtensionResults: {} } as Parameters<typeof verifyAuthenticationResponse>[0]["response"],
      expectedChallenge: Buffer.from(given.challenge).toString("base64url"),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
      // The counter is judged here and, against another answer at the same moment, once more where it is written.
      credential: { id: given.response.id, publicKey: new Uint8Array(key.publicKey), counter: 0 },
    });
    return verified ? { counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp } : null;
  } catch {
    // The library says by exceptions what did not fit; the person is told the same in every case.
    return null;
  }
}

/** Uses a checked passkey up, once: its counter must have moved on, unless it never counts. */
export async function consumePasskey(tx: Tx, checked: CheckedPasskey): Promise<void> {
  const won = await tx.db
    .update(passkeys)
    .set({ counter: checked.counter, backedUp: checked.backedUp, uses: sql`${passkeys.uses} + 1`, lastUsedAt: tx.ctx.now })
    .where(
      and(eq(passkeys.id, checked.passkeyId), isNull(passkeys.removedAt), or(lt(passkeys.counter, checked.counter), and(eq(passkeys.counter, 0), sql`${checked.counter} = 0`))),
    )
    .returning({ id: passkeys.id });
  if (won.length === 0) throw refusal("counter");
}

/** Checks a passkey and runs `act` in one transaction with using it up. */
export async function withPasskey<T>(
  ctx: Ctx,
  given: { userId: string; use: FactorUse; challenge: Uint8Array; response: Assertion },
  act: (tx: Tx, checked: CheckedPasskey) => Promise<T>,
): Promise<T> {
  const checked = await assertPasskey(ctx, given.userId, given);
  return withTransaction(ctx, async (tx) => {
    await consumePasskey(tx, checked);
    return act(tx, checked);
  });
}

function refusal(reason: string): AppError {
  return new AppError("unprocessable", "passkey_refused", "This passkey was not accepted. Try again, or use a code.", { detail: { reason } });
}

async function refused(ctx: Ctx, userId: string, { use, why }: { use: FactorUse; why: { reason: string; passkeyId?: string } }): Promise<never> {
  await recordDenial(ctx, refusedRow(use, "passkey", why.reason));
  // No limit counts refused passkeys, and a challenge to sign may be answered wrongly again and again.
  const key = [userId, ...Object.values(use.named), ...Object.values(why)].join(" ");
  await raiseQuietly(ctx, { event: "passkey.refused", subjectUserId: userId, fields: { ...use.named, ...why } }, key);
  throw refusal(why.reason);
}
