import { timingSafeEqual } from "node:crypto";
import { systemCtx } from "@/lib/context";
import type { BlindColumn, KeyPurpose } from "./contract.ts";
import { dataKeyOf, dataKeys, type Place } from "./data-map.ts";
import { decrypt, encrypt, hmac, readHeader, VaultError } from "./envelope.ts";
import { ensureVaultKeys, forgetKeys, keyset, type Keyset } from "./keyset.ts";
import { normalise } from "./policy.ts";

/** 128 bits: enough for equality, half of the MAC stays unknown. */
export const blindIndexLength = 16;

export function keys(): Promise<Keyset> {
  return keyset(() => ensureVaultKeys(systemCtx("vault")));
}

/** Loads the keys, so that a process with the wrong key-encryption key refuses to start instead of failing later. */
export async function openVault(): Promise<void> {
  await keys();
}

function boundTo(place: Place): string[] {
  return ["countersign/vault/1", dataKeyOf(place), place.table, place.column, place.rowId];
}

/** Encrypts a value for one column of one row; it opens nowhere else. */
export async function seal(place: Place, plain: string | Uint8Array): Promise<Uint8Array> {
  const dataKey = dataKeyOf(place);
  const { version, key } = (await keys()).current(`data:${dataKey}`);
  const bytes = typeof plain === "string" ? Buffer.from(plain, "utf8") : plain;
  return encrypt(key, bytes, { header: { keyCode: dataKeys[dataKey], version }, bound: boundTo(place) });
}

/** Opens a value sealed for exactly this place; throws `VaultError` when it was moved or changed. */
export async function unsealBytes(place: Place, sealed: Uint8Array): Promise<Uint8Array> {
  const dataKey = dataKeyOf(place);
  const { keyCode, version } = readHeader(sealed);
  if (keyCode !== dataKeys[dataKey]) throw new VaultError("A protected value does not open: it was sealed for another class of data.");
  return decrypt(await keyOf(`data:${dataKey}`, version), sealed, boundTo(place));
}

/** As `unsealBytes`, for text. */
export async function unseal(place: Place, sealed: Uint8Array): Promise<string> {
  return Buffer.from(await unsealBytes(place, sealed)).toString("utf8");
}

// A version this process has not seen was made by another one since: read the keys once more.
async function keyOf(purpose: KeyPurpose, version: number): Promise<Buffer> {
  const known = (await keys()).version(purpose, version);
  if (known !== null) return known;
  forgetKeys();
  const fresh = (await keys()).version(purpose, version);
  if (fresh === null) throw new VaultError(`The vault has no version ${version} of the key ${purpose}.`);
  return fresh;
}

/** The value under which a column is searched; equal only within the column, meaningless without the key. */
export async function blindIndex(column: BlindColumn, raw: string): Promise<Uint8Array> {
  const { key } = (await keys()).current(`index:${column}`);
  return hmac(key, normalise(column, raw)).subarray(0, blindIndexLength);
}

/** The value under every key version that rows may still carry, newest first; search with `inArray`. */
export async function blindIndexes(column: BlindColumn, raw: string): Promise<Uint8Array[]> {
  const normal = normalise(column, raw);
  return (await keys()).all(`index:${column}`).map(({ key }) => hmac(key, normal).subarray(0, blindIndexLength));
}

/** Key version (2 bytes) and HMAC-SHA-256 of `bytes`. */
export async function mac(purpose: "audit", bytes: Uint8Array): Promise<Uint8Array> {
  const { version, key } = (await keys()).current(`mac:${purpose}`);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(version);
  return Buffer.concat([head, hmac(key, bytes)]);
}

/** Whether `given` is a MAC of `bytes` under the key version it names. */
export async function macMatches(purpose: "audit", bytes: Uint8Array, given: Uint8Array): Promise<boolean> {
  if (given.length !== 34) return false;
  const version = Buffer.from(given).readUInt16BE(0);
  const key = (await keys()).version(`mac:${purpose}`, version);
  return key !== null && timingSafeEqual(hmac(key, bytes), given.subarray(2));
}
