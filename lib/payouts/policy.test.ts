import { describe, expect, test } from "vitest";
import { permissionsOf, type Role } from "@/lib/access";
import { paise } from "@/lib/money";
import { clockNow, hourMs, plusMs } from "@/lib/time";
import { approvalsNeededFor, mayApprove, mayCancel, mayReject, mayRelease, mayRequest, railFor, type PayoutFacts, type RequestFacts } from "./policy.ts";
import type { Decision } from "@/lib/errors";

const now = clockNow();
const person = (userId: string, ...roles: Role[]) => ({ userId, permissions: permissionsOf(roles) });
const admin = person("usr_admin", "finance_admin");
const facts: PayoutFacts = {
  status: "pending_approval",
  makerId: "usr_maker",
  clientMakers: [],
  lastEditorId: "usr_maker",
  destinationBy: ["usr_adder"],
  approvedBy: [],
  withdrawnFrom: [],
  signerGone: false,
  approvalsNeeded: 1,
  expiresAt: plusMs(now, hourMs),
  beneficiaryActive: true,
  accountActive: true,
  reachedNobody: false,
  openSince: null,
  holdCodes: [],
  holdUntil: null,
};
const around = { now, stopped: false, reserve: null, freeze: null };
const codes = (decision: Decision) => (decision.allowed ? [] : decision.reasons.map((reason) => reason.code));
const p = (value: bigint) => paise(value);

describe("signing", () => {
  test("a finance admin with no part in it may sign", () => {
    expect(mayApprove(admin, facts, around)).toEqual({ allowed: true });
  });

  test.each([
    ["its maker", { makerId: "usr_admin" }, "own_payout"],
    ["who is behind the API client that asked", { makerId: "cl_x", clientMakers: ["usr_x", "usr_admin"] }, "own_payout"],
    ["its last editor", { lastEditorId: "usr_admin" }, "own_edit"],
    ["who added the beneficiary", { destinationBy: ["usr_x", "usr_admin"] }, "own_beneficiary"],
    ["whose signature was taken off it", { withdrawnFrom: ["usr_admin"], approvalsNeeded: 2 }, "signature_withdrawn"],
    ["anyone while a signer's name still stands who may not sign any more", { approvedBy: ["usr_b"], signerGone: true, approvalsNeeded: 2 }, "signer_gone"],
    ["who signed already", { approvedBy: ["usr_admin"], approvalsNeeded: 2 }, "already_signed"],
    ["anyone after it expired", { expiresAt: now }, "expired"],
    ["anyone while it is held", { status: "held" as const }, "is_held"],
  ])("%s may not", (_who, change, code) => {
    expect(codes(mayApprove(admin, { ...facts, ...change }, around))).toEqual([code]);
  });

  test("every failing predicate is named at once, each with what to do", () => {
    const reserve = { balancePaise: p(100n), heldPaise: p(100n), reservePaise: p(850_000n), stale: true, payoutsEnabled: false };
    const decision = mayApprove(person("usr_maker", "finance_maker"), { ...facts, expiresAt: now }, { now, stopped: true, reserve, freeze: null });
    expect(codes(decision)).toEqual(["needs_payouts.approve", "own_payout", "expired", "stopped", "payouts_disabled", "rate_stale", "reserve_short"]);
    for (const reason of decision.allowed ? [] : decision.reasons) expect(reason.wayOut, reason.code).toBeTruthy();
  });

  test("the payout's own hold is not subtracted twice", () => {
    const reserve = { balancePaise: p(1_000_000n), heldPaise: p(150_000n), reservePaise: p(850_000n), stale: false, payoutsEnabled: true };
    expect(mayApprove(admin, facts, { ...around, reserve })).toEqual({ allowed: true });
    expect(codes(mayApprove(admin, facts, { ...around, reserve: { ...reserve, heldPaise: p(150_001n) } }))).toEqual(["reserve_short"]);
  });

  test("only the last signature meets the reserve", () => {
    const reserve = { balancePaise: p(0n), heldPaise: p(0n), reservePaise: p(1n), stale: false, payoutsEnabled: true };
    expect(mayApprove(admin, { ...facts, approvalsNeeded: 2 }, { ...around, reserve })).toEqual({ allowed: true });
    expect(codes(mayApprove(admin, { ...facts, approvalsNeeded: 2, approvedBy: ["usr_b"] }, { ...around, reserve }))).toEqual(["reserve_short"]);
  });
});

describe("the other acts", () => {
  const maker = person("usr_maker", "finance_maker");
  const analyst = person("usr_analyst", "risk_analyst");
  test("only the maker withdraws, until it is being sent", () => {
    expect(mayCancel(maker, { ...facts, status: "approved" })).toEqual({ allowed: true });
    expect(codes(mayCancel(maker, { ...facts, status: "submitting" }))).toEqual(["is_submitting"]);
    expect(codes(mayCancel(person("usr_b", "finance_maker"), facts))).toEqual(["not_own_payout"]);
  });
  test("an admin rejects what waits or is held, not what is on its way", () => {
    expect(mayReject(admin, { ...facts, status: "held" })).toEqual({ allowed: true });
    expect(codes(mayReject(admin, { ...facts, status: "in_flight" }))).toEqual(["is_in_flight"]);
  });
  test("a risk analyst who is not the maker releases a hold, but cannot shorten a cool-off", () => {
    const held = { ...facts, status: "held" as const, holdCodes: ["velocity", "cool_off"], holdUntil: plusMs(now, hourMs) };
    expect(mayRelease(analyst, held)).toEqual({ allowed: true });
    expect(codes(mayRelease(analyst, { ...held, holdCodes: ["cool_off"] }))).toEqual(["cool_off"]);
    expect(codes(mayRelease(analyst, { ...held, makerId: "usr_analyst" }))).toEqual(["own_payout"]);
    expect(codes(mayRelease(analyst, facts))).toEqual(["not_held"]);
  });
});

describe("asking", () => {
  const request: RequestFacts = {
    accountActive: true,
    payoutsEnabled: true,
    beneficiary: { accountMatches: true, active: true, kind: "bank_account" },
    amountPaise: p(100_000n),
    maxPaise: p(1_000_000_000n),
    duplicate: null,
    figures: null,
  };
  const maker = person("usr_maker", "finance_maker");
  test.each<[string, Partial<RequestFacts>, string]>([
    ["a closed account", { accountActive: false }, "account_closed"],
    ["another account's beneficiary", { beneficiary: { accountMatches: false, active: true, kind: "bank_account" } }, "beneficiary_of_other_account"],
    ["a retired beneficiary", { beneficiary: { accountMatches: true, active: false, kind: "bank_account" } }, "beneficiary_retired"],
    ["more than the limit", { amountPaise: p(1_000_000_001n) }, "over_limit"],
    ["more than UPI carries", { beneficiary: { accountMatches: true, active: true, kind: "vpa" }, amountPaise: p(10_000_001n) }, "no_rail"],
    ["the same again", { duplicate: { id: "po_1", minutes: 10 } }, "duplicate"],
    ["one paisa too much", { figures: { balancePaise: p(950_000n), heldPaise: p(0n), reservePaise: p(850_001n) } }, "reserve_short"],
  ])("%s is refused with its reason", (_what, change, code) => {
    expect(codes(mayRequest(maker, { ...request, ...change }))).toEqual([code]);
  });
  test("exactly down to the reserve is allowed", () => {
    expect(mayRequest(maker, { ...request, figures: { balancePaise: p(950_000n), heldPaise: p(0n), reservePaise: p(850_000n) } })).toEqual({ allowed: true });
  });
  test.each([
    ["bank_account", 50_000_000n, "imps"],
    ["bank_account", 50_000_001n, "neft"],
    ["vpa", 10_000_000n, "upi"],
    ["vpa", 10_000_001n, null],
  ] as const)("a %s takes %s paise by %s", (kind, amount, rail) => {
    expect(railFor(kind, p(amount))).toBe(rail);
  });
  test("two sign from ₹5,00,000 or for a first payout, else one", () => {
    const twoFromPaise = p(50_000_000n);
    expect(approvalsNeededFor({ amountPaise: p(49_999_999n), twoFromPaise, firstPayout: false })).toBe(1);
    expect(approvalsNeededFor({ amountPaise: p(50_000_000n), twoFromPaise, firstPayout: false })).toBe(2);
    expect(approvalsNeededFor({ amountPaise: p(100n), twoFromPaise, firstPayout: true })).toBe(2);
  });
});
