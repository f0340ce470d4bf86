// A signed head: how many rows are sealed, their chain and their Merkle root, at a time, by a key.
import { createHash, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import * as z from "zod/mini";
import { canonicalJson } from "./canonical.ts";

const hex = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** One line of the heads file, and the content of a file given with --head. */
export const signedHeadShape = z.strictObject({
  format: z.literal("countersign-audit-head/1"),
  size: z.string().check(z.regex(/^[1-9]\d{0,18}$/)),
  chain: hex,
  root: hex,
  signedAt: z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)),
  keyId: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  signature: z.string().check(z.regex(/^[0-9a-f]{128}$/)),
});

export type SignedHead = z.infer<typeof signedHeadShape>;

/** The chain before the first row. */
export const chainStart = Buffer.alloc(32);

/** SHA-256 over everything before, the place, the row's id, its leaf and its MAC. */
export function nextChain(previous: Uint8Array, row: { position: bigint; auditId: bigint; leaf: Uint8Array; leafMac: Uint8Array }): Buffer {
  const place = Buffer.alloc(16);
  place.writeBigUInt64BE(row.position, 0);
  place.writeBigInt64BE(row.auditId, 8);
  return createHash("sha256").update(Buffer.of(2)).update(previous).update(place).update(row.leaf).update(row.leafMac).digest();
}

/** A public key's short name: the start of its SHA-256. */
export function keyIdOf(key: KeyObject): string {
  const spki = (key.type === "private" ? createPublicKey(key) : key).export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest("hex").slice(0, 16);
}

type Unsigned = Omit<SignedHead, "format" | "keyId" | "signature">;

function signedBytes(head: Omit<SignedHead, "signature">): Buffer {
  return Buffer.from(canonicalJson({ format: head.format, size: head.size, chain: head.chain, root: head.root, signedAt: head.signedAt, keyId: head.keyId }), "utf8");
}

export function signHead(head: Unsigned, privateKey: KeyObject): SignedHead {
  const unsigned = { format: "countersign-audit-head/1", ...head, keyId: keyIdOf(privateKey) } as const;
  return { ...unsigned, signature: sign(null, signedBytes(unsigned), privateKey).toString("hex") };
}

/** Whether one of the trusted keys signed this head. */
export function headIsSigned(head: SignedHead, trusted: readonly KeyObject[]): boolean {
  return trusted.some((key) => keyIdOf(key) === head.keyId && verify(null, signedBytes(head), key, Buffer.from(head.signature, "hex")));
}
