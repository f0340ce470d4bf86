import type { BlindColumn, TokenKind } from "./contract.ts";

/** One spelling per phone number: E.164; ten bare digits are Indian. */
export function normalisePhone(raw: string): string {
  const text = raw.normalize("NFKC").trim();
  const digits = text.replace(/\D/g, "");
  if (text.startsWith("+")) return `+${digits}`;
  const national = digits.replace(/^0+/, "");
  if (national.length === 10) return `+91${national}`;
  return `+${national}`;
}

/** One spelling per e-mail address: NFC, lower case, the domain in its ASCII form. */
export function normaliseEmail(raw: string): string {
  const text = raw.normalize("NFC").trim().toLowerCase();
  const at = text.lastIndexOf("@");
  return at < 0 ? text : `${text.slice(0, at)}@${asciiDomain(text.slice(at + 1))}`;
}

function asciiDomain(domain: string): string {
  try {
    return new URL(`http://${domain}`).hostname || domain;
  } catch {
    return domain;
  }
}

export function normaliseVpa(raw: string): string {
  return raw.normalize("NFC").trim().toLowerCase();
}

/** Account numbers lose spaces and dashes; anything with an @ is a VPA. */
export function normaliseDestination(raw: string): string {
  return raw.includes("@") ? normaliseVpa(raw) : raw.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
}

/** Crockford's reading: case and dashes do not matter, I and L are 1, O is 0. */
export function normaliseRecoveryCode(raw: string): string {
  return raw.replace(/[\s-]/g, "").toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0");
}

const normalisers: Record<BlindColumn, (raw: string) => string> = {
  "users.email": normaliseEmail,
  "customer.phone": normalisePhone,
  "customer.email": normaliseEmail,
  "payer.vpa": normaliseVpa,
  destination: normaliseDestination,
  "auth.recovery_code": normaliseRecoveryCode,
};

/** The one spelling of a value under which its column is searched. */
export function normalise(column: BlindColumn, raw: string): string {
  return normalisers[column](raw);
}

/** The ending people may see: an account's last four digits, or a VPA's handle ("@okbank"), which names the bank and nobody. */
export function lastFour(kind: TokenKind, value: string): string {
  if (kind === "bank_account") return value.slice(-4);
  const at = value.lastIndexOf("@");
  return at < 0 ? "" : value.slice(at);
}
