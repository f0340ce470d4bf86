// Passwords as they are kept: argon2id at the strength of the register of controls, a few at a time.
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { AppError } from "@/lib/errors";
import { makeSlots } from "@/lib/http/slots";
import { secondMs } from "@/lib/time";
import { normalisePassword } from "./policy.ts";

const strength = { memory: 65_536, passes: 3, parallelism: 1, tagLength: 32 } as const;
const compute = promisify(argon2);

// One core stays free for everything that is not signing in; four hashes are the runtime's four threads and 256 MiB.
const withSlot = makeSlots({
  slots: Math.max(1, Math.min(4, availableParallelism() - 1)),
  queueMax: 100,
  waitMs: 15 * secondMs,
  refusal: () => new AppError("unavailable", "sign_in_busy", "Too many people are signing in at once. Try again in a few seconds.", { retryAfterSeconds: 5 }),
});

type Cost = { memory: number; passes: number; parallelism: number };

async function derive(password: string, salt: Uint8Array, cost: Cost): Promise<Buffer> {
  return withSlot(() => compute("argon2id", { message: normalisePassword(password), nonce: salt, tagLength: strength.tagLength, ...cost }));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

function encode(salt: Uint8Array, hash: Uint8Array): string {
  return `$argon2id$v=19$m=${strength.memory},t=${strength.passes},p=${strength.parallelism}$${base64(salt)}$${base64(hash)}`;
}

/** The PHC string of a password, under a fresh salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return encode(salt, await derive(password, salt, strength));
}

/** Stands in for the hash of an account that does not exist, so that both cost the same time. */
export const nobodysHash = encode(randomBytes(16), randomBytes(strength.tagLength));

function decode(phc: string): Cost & { salt: Buffer; hash: Buffer } {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (parts === null) throw new AppError("internal", "password_format", "A stored password hash cannot be read.");
  const [, memory, passes, parallelism, salt = "", hash = ""] = parts;
  return { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism), salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
}

/** Whether `password` is the one of `phc`; costs the same time either way. */
export async function isPassword(phc: string, password: string): Promise<boolean> {
  const { salt, hash, ...cost } = decode(phc);
  const found = await derive(password, salt, cost);
  return found.length === hash.length && timingSafeEqual(found, hash);
}

/** Whether a hash is weaker than what is made today; its password is hashed anew at the next right sign-in. */
export function needsRehash(phc: string): boolean {
  const { memory, passes, parallelism } = decode(phc);
  return memory < strength.memory || passes < strength.passes || parallelism !== strength.parallelism;
}
