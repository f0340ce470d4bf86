// What connects this desk with others: how strictly it must be sure whom it talks to.
import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";

const rsaBitsMin = 2048;

/** The gateway's RSA key for payouts, given as PEM text or as a file's path; null where the caller's addresses are allow-listed instead. */
export function readPayoutKey(given: { text: string | undefined; file: string | undefined }, problems: string[]): KeyObject | null {
  if (given.text === undefined && given.file === undefined) return null;
  const bad = (why: string): null => {
    problems.push(`CASHFREE_PAYOUT_PUBLIC_KEY${given.text === undefined ? "_FILE" : ""} ${why}`);
    return null;
  };
  let pem = given.text?.replaceAll("\\n", "\n");
  try {
    pem ??= readFileSync(/* turbopackIgnore: true */ given.file ?? "", "utf8");
  } catch {
    return bad(`cannot be read (${given.file ?? ""})`);
  }
  if (/PRIVATE KEY/.test(pem)) return bad("holds a private key; give the public one that Cashfree's dashboard hands out");
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType !== "rsa" || (key.asymmetricKeyDetails?.modulusLength ?? 0) < rsaBitsMin) return bad(`must be an RSA key of at least ${rsaBitsMin} bits`);
    return key;
  } catch {
    return bad("is no public key in PEM");
  }
}

const ownMachine = new Set(["localhost", "127.0.0.1", "[::1]", "::1", ""]);

/** Production reaches a database on another machine only over TLS that proves which machine that is. */
export function requireVerifiedDatabases(urls: Readonly<Record<string, string | undefined>>, problems: string[]): void {
  for (const [name, text] of Object.entries(urls)) {
    if (text === undefined) continue;
    if (!URL.canParse(text)) problems.push(`${name} is no address of a database`);
    else if (!ownMachine.has(new URL(text).hostname) && new URL(text).searchParams.get("sslmode") !== "verify-full")
      problems.push(`${name} must end in ?sslmode=verify-full: production talks to a database on another machine only over TLS that proves which machine it is`);
  }
}
