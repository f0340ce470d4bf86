// Time-based codes: which 30-second step a code belongs to, and when the next one is good.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { generateSecret, generateURI, verify, type CryptoPlugin } from "otplib";
import { secondMs } from "@/lib/time";

const periodSeconds = 30;

/** The library's own hashes are written in JavaScript; the platform's take a twentieth of their time. */
const platform: CryptoPlugin = {
  name: "node",
  hmac: (algorithm, key, data) => new Uint8Array(createHmac(algorithm, key).update(data).digest()),
  randomBytes: (length) => new Uint8Array(randomBytes(length)),
  constantTimeEqual: (a, b) => {
    const [left, right] = [Buffer.from(a), Buffer.from(b)];
    return left.length === right.length && timingSafeEqual(left, right);
  },
};

/** A fresh 160-bit secret in base32. */
export function newTotpSecret(): string {
  return generateSecret({ length: 20, crypto: platform });
}

export function totpUri(secret: string, label: string): string {
  return generateURI({ issuer: "Countersign", label, secret });
}

export type CodeMatch = { outcome: "wrong" } | { outcome: "fresh" | "used"; step: number };

/** Looks a code up at `now`: the current step, or the one before within five seconds of its end. */
export async function matchCode(secret: string, code: string, at: { now: Date; lastStep: number }): Promise<CodeMatch> {
  const epoch = Math.floor(at.now.getTime() / secondMs);
  const asked = { crypto: platform, secret, token: code, epoch, epochTolerance: [5, 0] as [number, number] };
  // The library throws on a step ahead of the clock, as when two requests straddle the half minute; the current step refuses as much.
  const fresh = await verify({ ...asked, afterTimeStep: Math.min(at.lastStep, Math.floor(epoch / periodSeconds)) });
  if (fresh.valid) return "timeStep" in fresh ? { outcome: "fresh", step: fresh.timeStep } : { outcome: "wrong" };
  const seen = await verify(asked);
  return seen.valid && "timeStep" in seen ? { outcome: "used", step: seen.timeStep } : { outcome: "wrong" };
}

/** Seconds until the first code after `lastStep` is good; 0 when one already is. */
export function secondsUntilNext(lastStep: number, now: Date): number {
  return Math.max(0, Math.ceil((lastStep + 1) * periodSeconds - now.getTime() / secondMs));
}
