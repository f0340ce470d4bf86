// Passwords: argon2id at the strength of the register of controls, at most four at a time.
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { AppError } from "@/lib/errors";

const strength = { memory: 65_536, passes: 3, parallelism: 1, tagLength: 32 } as const;
const compute = promisify(argon2);

// Four hashes use the runtime's four threads and 256 MiB; a longer queue than this is an attack, not a morning.
const slots = 4;
const queueMax = 200;
let running = 0;
const waiting: (() => void)[] = [];

async function withSlot<T>(run: () => Promise<T>): Promise<T> {
  if (running >= slots) {
    if (waiting.length >= queueMax)
      throw new AppError("unavailable", "sign_in_busy", "Too many people are signing in at once. Try again in a few seconds.", { retryAfterSeconds: 5 });
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await run();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

type Cost = { memory: number; passes: number; parallelism: number };

async function derive(password: string, salt: Uint8Array, cost: Cost): Promise<Buffer> {
  return withSlot(() => compute("argon2id", { message: password.normalize("NFC"), nonce: salt, tagLength: strength.tagLength, ...cost }));
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

/** Whether `password` is the one of `phc`; costs the same time either way. */
export async function isPassword(phc: string, password: string): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (parts === null) throw new AppError("internal", "password_format", "A stored password hash cannot be read.");
  const [, memory, passes, parallelism, salt, hash] = parts;
  const expected = Buffer.from(hash ?? "", "base64");
  const found = await derive(password, Buffer.from(salt ?? "", "base64"), { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) });
  return found.length === expected.length && timingSafeEqual(found, expected);
}
