import { expect, test } from "vitest";
import { pathIds, roles } from "@/lib/access";
import { linkPurposes, stepUpActs } from "@/lib/auth/contract";
import { limitRules } from "@/lib/auth/policy";
import { effects, ipScopes } from "@/lib/edge/contract";
import { goneReasons } from "@/lib/payouts/contract";
import { changeKinds } from "@/lib/users/contract";
import { eventSentence, type EventId } from "./catalogue.ts";

const said: [EventId, string, readonly string[]][] = [
  ["signin.blocked", "rule", Object.keys(limitRules)],
  ["link.issued", "purpose", linkPurposes],
  ["password.set", "occasion", ["first", "changed", "reset"]],
  ["payouts.frozen", "reason", ["factors_reset", "recovery_code"]],
  ["session.ended", "reason", ["ended_by_admin", "ended_by_owner", "factor_replaced", "passkey_removed", "person_disabled", "signed_out", "too_many_sessions"]],
  ["step_up.granted", "act", stepUpActs],
  ["factor.failed", "act", stepUpActs],
  ["factor.failed", "purpose", ["sign_in", "password_change", "password_reset", "new_app", "new_passkey"]],
  ["passkey.refused", "reason", ["another_person", "challenge", "counter", "not_active", "signature", "unknown_passkey"]],
  ["ip.refused", "scope", ipScopes],
  ["ip.refused", "why", ["address_denied", "address_not_allowed", "address_unknown", "banned"]],
  ["ip_rule.added", "effect", effects],
  ["change.proposed", "kind", changeKinds],
  ["change.closed", "outcome", ["refused", "withdrawn", "expired", "void"]],
  ["role.granted", "role", roles],
  ["access.one_person_path", "path", pathIds],
  ["payout.signature_withdrawn", "reason", goneReasons],
  ["payout.own_decision", "reason", ["own_payout", "own_edit", "own_beneficiary"]],
];

test("a code of ours never stands in a sentence: each is said in words that a person says", () => {
  for (const [event, field, codes] of said)
    for (const code of codes) {
      const sentence = eventSentence(event, { who: "Asha", subject: "Ravi", fields: { [field]: code } });
      expect(sentence, `${event} ${code}`).not.toMatch(/_|\(ip |\{/);
      // Said otherwise than by taking the underscores out.
      if (event !== "role.granted" && code.includes("_")) expect(sentence, `${event} ${code}`).not.toMatch(new RegExp(`[:(] ?${code.replaceAll("_", " ")}\\W*$`));
    }
});

test("hours are counted as people count them", () => {
  const said = (hours: number) => eventSentence("unusual.new_device", { who: "the desk", subject: "Ravi", fields: { device: "Firefox on Linux", hours, payoutId: "po_1" } });
  expect([0, 1, 7].map((hours) => /first seen (.*) before/.exec(said(hours))?.[1])).toEqual(["less than an hour", "an hour", "7 hours"]);
});

test("a browser that is told as a line of its own elsewhere keeps no capital inside a sentence", () => {
  const said = (device: string) => eventSentence("session.face_elsewhere", { who: "the desk", subject: "Ravi", fields: { device, sessionId: "ses_1" } });
  const devices = ["A program, not a known browser", "A browser on Linux", "Unknown device", "Chrome on an iPhone"];
  expect(devices.map((device) => /came from (.*) and another/.exec(said(device))?.[1])).toEqual([
    "a program, not a known browser",
    "a browser on Linux",
    "an unknown device",
    "Chrome on an iPhone",
  ]);
});

test("a word that every object answers to breaks no sentence, in whatever field it stands", () => {
  for (const [event, field] of said)
    for (const word of ["constructor", "__proto__", "toString"])
      expect(eventSentence(event, { who: "Asha", subject: "Ravi", fields: { [field]: word } }), `${event} ${word}`).toEqual(expect.any(String));
});

test("a refused factor says what it was given for, and one from before that was kept says nothing of it", () => {
  const said = (event: EventId, fields: Record<string, string>) => eventSentence(event, { who: "Ravi", subject: "Ravi", fields });
  expect([
    said("factor.failed", { purpose: "sign_in" }),
    said("factor.failed", { payoutId: "₹9,000.00 to M•••• ••7623" }),
    said("factor.failed", { act: "reveal" }),
    said("factor.failed", {}),
    said("passkey.refused", { reason: "counter", act: "key" }),
  ]).toEqual([
    "A second factor of Ravi, given to sign in, was refused.",
    "A second factor of Ravi, given to sign payout ₹9,000.00 to M•••• ••7623, was refused.",
    "A second factor of Ravi, given for revealing personal data, was refused.",
    "A second factor of Ravi was refused.",
    "A passkey of Ravi, given for changing keys, was refused: its counter went back.",
  ]);
});

test("why a signature no longer counts, and what was done at an odd hour, read as sentences", () => {
  const words = { who: "Asha", subject: "Ravi" };
  expect([
    eventSentence("payout.signature_withdrawn", { ...words, fields: { reason: "role_lost", payoutId: "po_1" } }),
    eventSentence("unusual.hours", { ...words, fields: { time: "04:30 IST", whose: "the desk's", act: "payout.approve" } }),
    eventSentence("step_up.granted", { ...words, fields: { act: "ip_rule" } }),
    eventSentence("ip_rule.added", { ...words, fields: { effect: "deny", scope: "console", ruleId: "203.0.113.0/24" } }),
    eventSentence("change.proposed", { ...words, fields: { kind: "role_grant" } }),
  ]).toEqual([
    "A signature of Ravi no longer counts, because they lost the role that signs (po_1).",
    "Ravi acted at 04:30 IST, outside the desk's hours: signed a payout.",
    "Asha showed a fresh factor for changing who may connect.",
    "Asha added a rule that shuts addresses out, for the desk: 203.0.113.0/24.",
    "Asha proposed a role for Ravi.",
  ]);
});
