import { createHmac, timingSafeEqual } from "node:crypto";
import type { Sensitive } from "@/lib/sensitive";

/** base64(HMAC-SHA256(secret, timestamp ‖ raw bytes)): no separator is signed, whatever the documentation's dot suggests. */
export function signWebhook(secret: Sensitive<string>, timestamp: string, raw: Uint8Array): string {
  return createHmac("sha256", secret.reveal()).update(timestamp, "utf8").update(raw).digest("base64");
}

export type Verification = { valid: true; keyIndex: number } | { valid: false };

/**
 * Checks the signature against every active secret in constant time; an empty secret or timestamp never verifies.
 * Four plain values, because they are exactly what arrives and what is signed.
 */
// oxlint-disable-next-line max-params
export function verifyWebhook(secrets: readonly Sensitive<string>[], timestamp: string, raw: Uint8Array, signatureHeader: string): Verification {
  if (timestamp === "" || !/^[A-Za-z0-9+/]{43}=$/.test(signatureHeader)) return { valid: false };
  const given = Buffer.from(signatureHeader, "base64");
  let keyIndex = -1;
  secrets.forEach((secret, index) => {
    if (secret.reveal() === "") return;
    const expected = createHmac("sha256", secret.reveal()).update(timestamp, "utf8").update(raw).digest();
    if (given.length === expected.length && timingSafeEqual(given, expected) && keyIndex === -1) keyIndex = index;
  });
  return keyIndex === -1 ? { valid: false } : { valid: true, keyIndex };
}
