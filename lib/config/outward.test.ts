import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { ConfigError, parseConfig } from "./index.ts";

const pem = (type: "rsa" | "ed25519", bits = 2048): { open: string; secret: string } => {
  const { publicKey, privateKey } = type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: bits }) : generateKeyPairSync("ed25519");
  return { open: publicKey.export({ type: "spki", format: "pem" }).toString(), secret: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
};
const good = pem("rsa");

const whole = {
  CASHFREE_ENV: "production",
  APP_ORIGIN: "https://desk.example.in",
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString("base64"),
  DATABASE_APP_URL: "postgres://app:x@db.example.in/countersign?sslmode=verify-full",
  CASHFREE_PG_CLIENT_ID: "a",
  CASHFREE_PG_CLIENT_SECRET: "b",
  CASHFREE_PAYOUT_CLIENT_ID: "c",
  CASHFREE_PAYOUT_CLIENT_SECRET: "d",
};

function problems(given: Record<string, string>): string[] {
  try {
    parseConfig({ ...whole, ...given }, {});
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test.each(["", "?sslmode=disable", "?sslmode=prefer", "?sslmode=require", "?sslmode=verify-ca", "?ssl=true"])(
  "production refuses to start with a database elsewhere and %j",
  (query) => {
    for (const name of ["DATABASE_OWNER_URL", "DATABASE_APP_URL", "DATABASE_JOBS_URL", "DATABASE_READONLY_URL"])
      expect(problems({ [name]: `postgres://x:y@db.example.in/countersign${query}` }), name).toEqual([expect.stringContaining(`${name} must end in ?sslmode=verify-full`)]);
  },
);

test("one that proves itself, or stands on this machine, is taken; outside production nothing is asked", () => {
  expect(problems({})).toEqual([]);
  for (const host of ["localhost", "127.0.0.1:5433", "[::1]"]) expect(problems({ DATABASE_APP_URL: `postgres://x:y@${host}/countersign` }), host).toEqual([]);
  expect(problems({ CASHFREE_ENV: "sandbox", APP_ORIGIN: "http://localhost:3000", DATABASE_APP_URL: "postgres://x:y@db.example.in/countersign" })).toEqual([]);
});

test("the gateway's key is taken as text or from a file, and anything but a public RSA key of some strength is refused", () => {
  expect(parseConfig({ ...whole, CASHFREE_PAYOUT_PUBLIC_KEY: good.open.replaceAll("\n", "\\n") }, {}).cashfree.payoutKey?.asymmetricKeyType).toBe("rsa");
  expect(parseConfig(whole, {}).cashfree.payoutKey).toBeNull();
  const why = (text: string): string => problems({ CASHFREE_PAYOUT_PUBLIC_KEY: text }).join();
  expect(why(good.secret)).toContain("holds a private key");
  expect(why(pem("rsa", 1024).open)).toContain("at least 2048 bits");
  expect(why(pem("ed25519").open)).toContain("must be an RSA key");
  expect(why("hello")).toContain("is no public key in PEM");
  expect(problems({ CASHFREE_PAYOUT_PUBLIC_KEY_FILE: "/nowhere/key.pem" })).toEqual(["CASHFREE_PAYOUT_PUBLIC_KEY_FILE cannot be read (/nowhere/key.pem)"]);
});
