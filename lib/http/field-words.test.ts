import { expect, test } from "vitest";
import { fieldKind, fieldWords } from "./field-words.ts";

test("a field is called by words, also one that nobody has given any, and an amount drops its unit", () => {
  const names = ["approvalsGiven", "amountPaise", "coolOffUntil", "someNewThing2x", "sessions_ended", "ifsc", "constructor", "Paise"];
  expect(names.map(fieldWords)).toEqual(["Signatures given", "Amount", "Cool off until", "Some new thing2x", "Sessions ended", "IFSC", "Constructor", "Paise"]);
});

test("a value is told for what it is: money only under a name that says paise, an instant only with its offset", () => {
  const of: [string, string][] = [
    ["amountPaise", "42500000"],
    ["count", "42500000"],
    ["amountPaise", "none"],
    ["until", "2026-11-28T14:02:00.000+05:30"],
    ["until", "2026-11-28T08:32:00.000Z"],
    ["day", "2026-11-28"],
    ["ok", "true"],
    ["payoutId", "po_01jd0000000000000000000000"],
    ["digest", "ab".repeat(32)],
    ["status", "pending_approval"],
    ["holds", "cool_off,kyc"],
    ["code", "TRANSFER_FAILED"],
    ["network", "203.0.113.0/24"],
  ];
  expect(of.map(([name, value]) => fieldKind(name, value))).toEqual(["money", "text", "code", "instant", "instant", "text", "yesno", "id", "id", "code", "code", "text", "text"]);
});
