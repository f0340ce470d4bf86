// The bytes of a ciphertext: format · key class · key version (2) · IV (12) · ciphertext · tag (16).
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from "node:crypto";

export const formatByte = 1;
const headerBytes = 4;
const ivBytes = 12;
const tagBytes = 16;

/** The bytes do not open: another place, another key, or changed since they were sealed. */
export class VaultError extends Error {}

/** Binds lengths too, so that ("a", "bc") and ("ab", "c") differ. */
function bind(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, "utf8");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

export type Header = { keyCode: number; version: number };

function headerOf(header: Header): Buffer {
  const bytes = Buffer.from([formatByte, header.keyCode, 0, 0]);
  bytes.writeUInt16BE(header.version, 2);
  return bytes;
}

/** Reads which key a ciphertext was sealed with, without opening it. */
export function readHeader(sealed: Uint8Array): Header {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < headerBytes + ivBytes + tagBytes || bytes[0] !== formatByte) throw new VaultError("This is not a ciphertext of the vault.");
  return { keyCode: bytes.readUInt8(1), version: bytes.readUInt16BE(2) };
}

const objects = new WeakMap<Buffer, KeyObject>();

// Handing the runtime raw bytes makes it wrap them anew at every use.
function keyObject(key: Buffer): KeyObject {
  const known = objects.get(key) ?? createSecretKey(key);
  objects.set(key, known);
  return known;
}

/** Encrypts under `key`; the header and `bound` are authenticated with the content. */
export function encrypt(key: Buffer, plain: Uint8Array, at: { header: Header; bound: readonly string[] }): Uint8Array {
  const header = headerOf(at.header);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", keyObject(key), iv, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.concat([header, bind(at.bound)]));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([header, iv, body, cipher.getAuthTag()]);
}

/** Opens what `encrypt` made with the same key and bound parts; throws `VaultError` otherwise. */
export function decrypt(key: Buffer, sealed: Uint8Array, bound: readonly string[]): Buffer {
  readHeader(sealed);
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const header = bytes.subarray(0, headerBytes);
  const iv = bytes.subarray(headerBytes, headerBytes + ivBytes);
  const decipher = createDecipheriv("aes-256-gcm", keyObject(key), iv, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.concat([header, bind(bound)]));
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(headerBytes + ivBytes, bytes.length - tagBytes)), decipher.final()]);
  } catch (error) {
    throw new VaultError("A protected value does not open: it was moved, changed or sealed with another key.", { cause: error });
  }
}

export function hmac(key: Buffer, bytes: Uint8Array | string): Buffer {
  return createHmac("sha256", keyObject(key)).update(bytes).digest();
}

const wrapping = new WeakMap<Buffer, { id: string; key: Buffer }>();

/** The key that wraps keys, and a name for it that says nothing about it. Derived once: every sealed value asks. */
export function wrappingKey(kek: Buffer): { id: string; key: Buffer } {
  const known = wrapping.get(kek);
  if (known !== undefined) return known;
  const derive = (info: string, length: number): Buffer => Buffer.from(hkdfSync("sha256", kek, Buffer.alloc(0), info, length));
  const made = { id: derive("countersign/kek-id/1", 8).toString("hex"), key: derive("countersign/kek-wrap/1", 32) };
  wrapping.set(kek, made);
  return made;
}
