// Whether a password stands in the lists that attackers try first. Bloom filters, made by `npm run passwords:breached`: they never
// miss a listed password, wrongly accuse one in a million others, and hold no password that could be read out of them.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/monitoring";
import { normalisePassword } from "./policy.ts";

export type Bloom = { bits: Buffer; hashes: number; items: number };

const format = "countersign.breached.1";
const falsePositives = 1e-6;
/** A short list is given room as well: twenty probes into a few bytes would find them all set. */
const bytesMin = 8192;
/** Twenty probes over a 48-bit hash stay whole numbers. */
const hashesMax = 20;

/** As attackers do: a capital letter makes no other password of a leaked one. */
function folded(password: string): string {
  return normalisePassword(password).toLowerCase();
}

function* probes(password: string, { bits, hashes }: Pick<Bloom, "bits" | "hashes">): Generator<number> {
  const digest = createHash("sha256")
    .update(`${format}\n${folded(password)}`)
    .digest();
  const [start, step] = [digest.readUIntBE(0, 6), digest.readUIntBE(6, 6)];
  // An odd step visits every place of an even number of them.
  const odd = step - (step % 2) + 1;
  for (let index = 0; index < hashes; index += 1) yield (start + index * odd) % (bits.length * 8);
}

export function bloomOf(passwords: readonly string[]): Bloom {
  const items = Math.max(1, passwords.length);
  const bitsPerItem = -Math.log(falsePositives) / Math.LN2 ** 2;
  const bloom = {
    bits: Buffer.alloc(Math.max(bytesMin, Math.ceil((items * bitsPerItem) / 8))),
    hashes: Math.min(hashesMax, Math.round(bitsPerItem * Math.LN2)),
    items: passwords.length,
  };
  for (const password of passwords) for (const bit of probes(password, bloom)) bloom.bits[bit >> 3] = (bloom.bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  return bloom;
}

export function holds(bloom: Bloom, password: string): boolean {
  for (const bit of probes(password, bloom)) if (((bloom.bits[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  return true;
}

/** One line that says what it is, then the bits. */
export function encodeBloom({ bits, hashes, items }: Bloom): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ format, hashes, items, bytes: bits.length })}\n`), bits]);
}

export function decodeBloom(file: Buffer): Bloom {
  const end = file.indexOf(10);
  const head = JSON.parse(file.subarray(0, Math.max(0, end)).toString("utf8")) as Record<string, unknown>;
  const { hashes, items, bytes } = head;
  const bits = file.subarray(end + 1);
  if (head["format"] !== format || typeof hashes !== "number" || hashes < 1 || hashes > hashesMax || typeof items !== "number" || bits.length === 0 || bits.length !== bytes)
    throw new Error("this is not a list of breached passwords of ours");
  return { bits, hashes, items };
}

/** The list an operator made of their own files, beside the one that comes with the program. */
export const ownListPath = (): string => join(config().dataDir, "breached-passwords.bloom");
export const shippedListPath = (): string => join(/* turbopackIgnore: true */ process.cwd(), "lib", "auth", "breached.bloom");

let lists: Promise<Bloom[]> | undefined;

async function load(): Promise<Bloom[]> {
  const shipped = decodeBloom(await readFile(shippedListPath()));
  const own = await readFile(ownListPath()).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  return own === null ? [shipped] : [shipped, decodeBloom(own)];
}

/** Throws `passwords_unjudged` when a list cannot be read: no password is set past a guard that is not there. */
export async function isBreached(password: string): Promise<boolean> {
  try {
    lists ??= load();
    return (await lists).some((bloom) => holds(bloom, password));
  } catch (error) {
    lists = undefined;
    log.error({ error }, "the lists of breached passwords cannot be read");
    throw new AppError("unavailable", "passwords_unjudged", "Passwords cannot be judged now, so none can be set. Try again later.");
  }
}
