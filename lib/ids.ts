import { randomFillSync } from "node:crypto";
import { clockNow } from "./time.ts";

/** Every object's prefix; an id is `<prefix>_` + 26 Crockford base32 characters of a UUIDv7. */
export const idPrefixes = {
  user: "usr",
  roleGrant: "rg",
  change: "chg",
  review: "rvw",
  reviewItem: "rvi",
  factor: "fac",
  passkey: "pk",
  session: "ses",
  authLink: "al",
  recoveryCode: "rc",
  oldPassword: "pw",
  payoutFreeze: "frz",
  account: "acct",
  beneficiary: "ben",
  link: "lnk",
  order: "ord",
  payment: "pay",
  payout: "po",
  attempt: "att",
  approval: "apr",
  challenge: "chl",
  verdict: "rv",
  hold: "hold",
  ledgerAccount: "la",
  journal: "jrn",
  entry: "le",
  rate: "fx",
  receipt: "rr",
  transaction: "tx",
  evidence: "ev",
  webhook: "wh",
  job: "job",
  auditEvent: "ae",
  stop: "stop",
  settingProposal: "sp",
  ipRule: "ipr",
  ipBan: "ban",
  ipPause: "pau",
  key: "key",
  token: "tok",
  request: "req",
  client: "cl",
  clientKey: "ck",
} as const;

export type IdKind = keyof typeof idPrefixes;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

// 128 bits behind two zero bits: 26 characters of five.
function base32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 2;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}

// Asking the kernel for 16 bytes costs more than the rest of an id, so they come by the page.
const pool = new Uint8Array(4096);
let used = pool.length;

function take16(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.slice(used - 16, used);
}

/** A new time-ordered id such as `po_01jd…`; [a-z0-9_] only, ≤ 40 characters, so a payout's id can be its transfer_id. */
export function newId(kind: IdKind): string {
  const bytes = take16();
  let millis = clockNow().getTime();
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = millis % 256;
    millis = Math.floor(millis / 256);
  }
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  return `${idPrefixes[kind]}_${base32(bytes)}`;
}

/** True when `text` is an id of that kind, by shape only. */
export function isId(kind: IdKind, text: string): boolean {
  return new RegExp(`^${idPrefixes[kind]}_[0-9a-hjkmnp-tv-z]{26}$`).test(text);
}
