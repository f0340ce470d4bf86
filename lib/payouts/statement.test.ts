import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, statementMembers, toFacts, toStatement, type StatementSource } from "./statement.ts";

const sample: StatementSource = {
  id: "po_01",
  version: 1,
  accountId: "acct_01",
  beneficiaryId: "ben_01",
  beneficiaryVersion: 1,
  payee: "A•••• R••••",
  kind: "bank_account",
  destinationHash: new Uint8Array([1, 2, 3]),
  last4: "4821",
  ifsc: "HDFC0001234",
  amountPaise: 42_500_000n,
  currency: "INR",
  rail: "imps",
  feePaise: 0n,
  purpose: "Invoice 42",
  policyVersion: 1,
  verdictId: "rv_01",
};

test("the canonical bytes are those a reader elsewhere can rebuild, and their SHA-256 is fixed", () => {
  const { text, digestHex } = toStatement(sample);
  expect(text).toBe(
    '{"account_id":"acct_01","amount_paise":"42500000","beneficiary_id":"ben_01","beneficiary_version":"1","currency":"INR","destination_hash":"010203","destination_kind":"bank_account","destination_last4":"4821","fee_paise":"0","format":"countersign.payout.1","ifsc":"HDFC0001234","payee":"A•••• R••••","payout_id":"po_01","payout_version":"1","policy_version":"1","purpose":"Invoice 42","rail":"imps","verdict_id":"rv_01"}',
  );
  expect(digestHex).toBe("c40a6bd670c4b59ee57cfaf153e6cd47ac8bed692bc27381e778dc3f69728a30");
});

test("changing any single field changes the digest", () => {
  const changed: { [K in keyof StatementSource]: StatementSource[K] } = {
    id: "po_02",
    version: 2,
    accountId: "acct_02",
    beneficiaryId: "ben_02",
    beneficiaryVersion: 2,
    payee: "B•••• R••••",
    kind: "vpa",
    destinationHash: new Uint8Array([1, 2, 4]),
    last4: "4822",
    ifsc: "HDFC0001235",
    amountPaise: 42_500_001n,
    currency: "USD",
    rail: "neft",
    feePaise: 1n,
    purpose: "Invoice 43",
    policyVersion: 2,
    verdictId: "rv_02",
  };
  const digests = (Object.keys(changed) as (keyof StatementSource)[]).map((key) => toStatement({ ...sample, [key]: changed[key] }).digestHex);
  expect(new Set([...digests, toStatement(sample).digestHex]).size).toBe(Object.keys(changed).length + 1);
});

test("no two different statements share their bytes, whatever is typed into them", () => {
  const texts = fc.record({ a: fc.string(), b: fc.string() });
  fc.assert(fc.property(texts, texts, (one, two) => (canonicalJson(one) === canonicalJson(two)) === (one.a === two.a && one.b === two.b)));
  fc.assert(
    fc.property(texts, (members) => {
      expect(JSON.parse(canonicalJson(members))).toEqual(members);
    }),
  );
});

test("a person sees every fact that is signed", () => {
  const shown = toFacts(sample)
    .map((fact) => fact.value)
    .join(" ");
  for (const [key, value] of Object.entries(statementMembers(sample))) {
    if (key === "format" || key === "destination_kind" || key === "rail") continue;
    expect(shown, key).toContain(value);
  }
  expect(shown).toContain("IMPS");
});
