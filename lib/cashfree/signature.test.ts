import { createHmac } from "node:crypto";
import { CFEnvironment, Cashfree as PgSdk } from "cashfree-pg";
import { describe, expect, test } from "vitest";
import { sensitive } from "@/lib/sensitive";
import { signWebhook, verifyWebhook } from "./signature.ts";

const secret = sensitive("webhook-secret-for-tests");
const timestamp = "1746427759733";
const raw = Buffer.from('{"data":{"order":{"order_amount":10.00}},"type":"PAYMENT_SUCCESS_WEBHOOK"}');

describe("webhook signatures", () => {
  test("the signature is base64 HMAC-SHA256 over timestamp and body without a separator, as the official SDK checks it", () => {
    const signature = signWebhook(secret, timestamp, raw);
    expect(signature).toBe("8BdcH52lw6tx99YwmmjKAZcofkHo9qLLrDDtjSEQpEU=");
    const sdk = new PgSdk(CFEnvironment.SANDBOX, "id", secret.reveal(), undefined, undefined, undefined, false);
    expect(sdk.PGVerifyWebhookSignature(signature, raw.toString("utf8"), timestamp).type).toBe("PAYMENT_SUCCESS_WEBHOOK");
    const dotted = createHmac("sha256", secret.reveal()).update(`${timestamp}.`).update(raw).digest("base64");
    expect(verifyWebhook([secret], timestamp, raw, dotted)).toEqual({ valid: false });
  });

  test("10.00 verifies as sent and fails once the body was parsed and written again", () => {
    const signature = signWebhook(secret, timestamp, raw);
    expect(verifyWebhook([secret], timestamp, raw, signature)).toEqual({ valid: true, keyIndex: 0 });
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(raw.toString("utf8"))));
    expect(rewritten.equals(raw)).toBe(false);
    expect(verifyWebhook([secret], timestamp, rewritten, signature)).toEqual({ valid: false });
  });

  test("bytes that are not UTF-8 are signed as they are", () => {
    const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0xff, 0x00, 0x7b]);
    const signature = signWebhook(secret, timestamp, bytes);
    expect(verifyWebhook([secret], timestamp, bytes, signature).valid).toBe(true);
    expect(verifyWebhook([secret], timestamp, Buffer.from(Buffer.from(bytes).toString("utf8")), signature).valid).toBe(false);
  });

  test("during rotation any active secret verifies and its place is named", () => {
    const older = sensitive("older");
    expect(verifyWebhook([secret, older], timestamp, raw, signWebhook(older, timestamp, raw))).toEqual({ valid: true, keyIndex: 1 });
    expect(verifyWebhook([], timestamp, raw, signWebhook(secret, timestamp, raw))).toEqual({ valid: false });
  });

  test("an empty secret never verifies, not even what was signed with it", () => {
    const forged = createHmac("sha256", "").update(timestamp).update(raw).digest("base64");
    expect(verifyWebhook([sensitive("")], timestamp, raw, forged)).toEqual({ valid: false });
    expect(verifyWebhook([secret], "", raw, signWebhook(secret, "", raw))).toEqual({ valid: false });
  });

  test.each([
    "",
    "x",
    "====",
    signWebhook(secret, timestamp, raw).slice(0, -1),
    `${signWebhook(secret, timestamp, raw)}=`,
    `${signWebhook(secret, timestamp, raw)}\n`,
    Buffer.from(signWebhook(secret, timestamp, raw), "base64").toString("hex"),
  ])("a signature of another form is refused: %j", (signature) => {
    expect(verifyWebhook([secret], timestamp, raw, signature)).toEqual({ valid: false });
  });
});
