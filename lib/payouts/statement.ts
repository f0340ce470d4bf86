import { createHash } from "node:crypto";
import { railLabels, type PayoutRail, type StatementFact } from "./contract.ts";

/** What a decision is about. Every field is a fact that does not change by itself; balances and reserve are not among them. */
export type StatementSource = {
  id: string;
  version: number;
  accountId: string;
  beneficiaryId: string;
  beneficiaryVersion: number;
  payee: string;
  kind: "bank_account" | "vpa";
  destinationHash: Uint8Array;
  last4: string;
  ifsc: string | null;
  amountPaise: bigint;
  currency: string;
  rail: PayoutRail;
  feePaise: bigint;
  purpose: string;
  policyVersion: number;
  verdictId: string;
};

/** The format's name and version are signed too, so that a later format can never be read as this one. */
const format = "countersign.payout.1";

/** The statement's members; every value is a string, so that no number format can vary. */
export function statementMembers(source: StatementSource): Record<string, string> {
  return {
    format,
    payout_id: source.id,
    payout_version: String(source.version),
    account_id: source.accountId,
    beneficiary_id: source.beneficiaryId,
    beneficiary_version: String(source.beneficiaryVersion),
    payee: source.payee,
    destination_kind: source.kind,
    destination_hash: Buffer.from(source.destinationHash).toString("hex"),
    destination_last4: source.last4,
    ifsc: source.ifsc ?? "",
    amount_paise: source.amountPaise.toString(),
    currency: source.currency,
    rail: source.rail,
    fee_paise: source.feePaise.toString(),
    purpose: source.purpose,
    policy_version: String(source.policyVersion),
    verdict_id: source.verdictId,
  };
}

/** RFC 8785 for a flat object of strings: keys sorted by UTF-16 code unit, no white space, JSON string escapes. */
export function canonicalJson(members: Record<string, string>): string {
  const keys = Object.keys(members).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${JSON.stringify(members[key])}`).join(",")}}`;
}

export type Statement = { text: string; digest: Uint8Array; digestHex: string };

/** The canonical text of a payout's statement and its SHA-256, which approvals and dispatch are bound to. */
export function toStatement(source: StatementSource): Statement {
  const text = canonicalJson(statementMembers(source));
  const digest = createHash("sha256").update(text, "utf8").digest();
  return { text, digest: new Uint8Array(digest), digestHex: digest.toString("hex") };
}

/** The statement as a person reads it, line by line, in a fixed order. */
export function toFacts(source: StatementSource): StatementFact[] {
  const as =
    (form: StatementFact["form"]) =>
    (key: string, label: string, value: string): StatementFact => ({ key, label, value, form });
  const [fact, money, id, hash] = [as("text"), as("paise"), as("id"), as("hash")];
  return [
    fact("payee", "Pay", source.payee),
    fact("destination", source.kind === "vpa" ? "UPI address" : "Account ending", `••${source.last4}`),
    ...(source.ifsc === null ? [] : [fact("ifsc", "IFSC", source.ifsc)]),
    money("amount", "Amount", source.amountPaise.toString()),
    fact("currency", "Currency", source.currency),
    money("fee", "Fee", source.feePaise.toString()),
    fact("rail", "Rail", railLabels[source.rail]),
    fact("purpose", "Purpose", source.purpose),
    id("account", "From account", source.accountId),
    id("beneficiary", "Beneficiary", `${source.beneficiaryId} v${source.beneficiaryVersion}`),
    hash("destinationHash", "Keyed hash of the destination", Buffer.from(source.destinationHash).toString("hex")),
    id("payout", "Payout", `${source.id} v${source.version}`),
    fact("policy", "Approval policy", `v${source.policyVersion}`),
    id("verdict", "Risk verdict", source.verdictId),
  ];
}

/** True when two digests are the same bytes. */
export function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a).equals(Buffer.from(b));
}
