import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { transferStatuses, type GatewayTransfer } from "@/lib/cashfree/contract";
import { paise } from "@/lib/money";
import { sensitive } from "@/lib/sensitive";
import type { PayoutStatus } from "./state.ts";
import { mayMove } from "./state.ts";
import { differences, givenUpCode, readTruth, type TruthMove } from "./truth.ts";

type Told = Parameters<typeof readTruth>[1];
type At = { status: PayoutStatus; creditConfirmed: boolean };

const told = (status: Told["status"], statusCode: string | null = null): Told => ({ status, statusRaw: status, statusCode });
const sent = told("SUCCESS", "SENT_TO_BENEFICIARY");
const completed = told("SUCCESS", "COMPLETED");

/** The lives a transfer can have at the gateway, each in its own order. */
const lives: Told[][] = [
  [told("RECEIVED"), told("PENDING"), sent, completed],
  [told("RECEIVED"), told("PENDING"), sent, told("REVERSED", "RETURNED_FROM_BENEFICIARY")],
  [told("RECEIVED"), sent, completed, told("REVERSED", "INVALID_ACCOUNT_FAIL")],
  [told("RECEIVED"), told("QUEUED"), told("FAILED", "BENE_BANK_DECLINED")],
  [told("APPROVAL_PENDING"), told("MANUALLY_REJECTED")],
  [told("REJECTED", "INVALID_MODE_FOR_PYID")],
  [told("UNRECOGNISED"), told("PENDING"), sent, completed],
];

function step(at: At, move: TruthMove): At {
  if (move.kind === "in_flight") return { ...at, status: "in_flight" };
  if (move.kind === "succeeded") return { status: "succeeded", creditConfirmed: move.confirmed };
  if (move.kind === "confirmed") return { ...at, creditConfirmed: true };
  if (move.kind === "failed" || move.kind === "reversed") return { ...at, status: move.kind };
  return at;
}

const live = (events: Told[]): At => events.reduce((at, event) => step(at, readTruth(at, event)), { status: "submitting", creditConfirmed: false } as At);
/** Whether the credit was confirmed before money came back is history, not the end. */
const ends = (at: At) => ({ ...at, creditConfirmed: at.status === "reversed" ? null : at.creditConfirmed });

test("any permutation and duplication of a transfer's states ends in the same place", () => {
  for (const life of lives) {
    const end = ends(live(life));
    const shuffled = fc.shuffledSubarray([...life, ...life, ...life], { minLength: life.length * 3 });
    fc.assert(
      fc.property(shuffled, (events) => {
        expect(ends(live(events))).toEqual(end);
      }),
    );
  }
});

test("every move is legal in the state machine, from every state and for every word the gateway may say", () => {
  const froms: PayoutStatus[] = ["submitting", "in_flight", "succeeded", "failed", "reversed"];
  for (const status of froms) {
    for (const word of [...transferStatuses, "UNRECOGNISED" as const]) {
      const at = { status, creditConfirmed: false };
      const to = step(at, readTruth(at, told(word))).status;
      expect(to === status || mayMove(status, to), `${status} told ${word}`).toBe(true);
    }
  }
});

test("a word nobody knows is never success and never failure", () => {
  expect(readTruth({ status: "submitting", creditConfirmed: false }, told("UNRECOGNISED"))).toEqual({ kind: "in_flight" });
  expect(readTruth({ status: "succeeded", creditConfirmed: false }, told("UNRECOGNISED"))).toEqual({ kind: "none" });
});

test("what the gateway takes back of its own word is for a person, not for the books", () => {
  expect(readTruth({ status: "succeeded", creditConfirmed: true }, told("FAILED"))).toEqual({ kind: "contradiction" });
  expect(readTruth({ status: "failed", creditConfirmed: false }, sent)).toEqual({ kind: "contradiction" });
});

describe("a transfer under our id", () => {
  const hash = new Uint8Array([1, 2]);
  const bank = { id: "po_1", amountPaise: 100n, currency: "INR", beneficiaryId: "ben_1", last4: "1191", ifsc: "YESB0000262", rail: "imps", destinationHash: hash } as const;
  const vpa = { ...bank, last4: "", ifsc: null, rail: "upi" } as const;
  const theirs: GatewayTransfer = {
    transferId: "po_1",
    cfTransferId: "1",
    status: "SUCCESS",
    statusRaw: "SUCCESS",
    statusCode: null,
    statusDescription: null,
    amountPaise: paise(100n),
    currency: "INR",
    chargePaise: null,
    taxPaise: null,
    mode: "BANK",
    utr: null,
    beneficiaryId: "ben_1",
    accountNumber: sensitive("026291800001191"),
    ifsc: "YESB0000262",
    vpa: null,
    fundsourceId: null,
    addedAt: null,
    updatedAt: null,
  };
  const upi = { ...theirs, mode: "UPI", accountNumber: null, ifsc: null, vpa: sensitive("asha@okbank") };

  test("is ours when everything it shows is what we asked for", () => {
    expect(differences(bank, theirs)).toEqual([]);
    expect(differences(bank, { ...theirs, mode: null, accountNumber: null, ifsc: null, beneficiaryId: null })).toEqual([]);
    expect(differences(bank, { ...theirs, mode: "SOMETHING_NEW" })).toEqual([]);
    expect(differences(vpa, upi, [new Uint8Array([9, 9]), hash])).toEqual([]);
  });

  test.each<[string, Partial<GatewayTransfer>, string]>([
    ["another amount", { amountPaise: paise(101n) }, "amount"],
    ["another account", { accountNumber: sensitive("026291800001192") }, "account number"],
    ["a VPA instead of an account", { accountNumber: null, vpa: sensitive("asha@okbank") }, "account number"],
    ["another bank", { ifsc: "HDFC0000001" }, "IFSC"],
    ["another bank rail", { mode: "NEFT" }, "rail"],
    ["UPI", { mode: "UPI" }, "rail"],
  ])("is not ours with %s", (_what, change, difference) => {
    expect(differences(bank, { ...theirs, ...change })).toEqual([difference]);
  });

  test("is not ours with another VPA, an account instead of a VPA, or a bank rail for a VPA", () => {
    expect(differences(vpa, upi, [new Uint8Array([9, 9])])).toEqual(["VPA"]);
    expect(differences(vpa, { ...upi, vpa: null, accountNumber: sensitive("1191") })).toEqual(["VPA"]);
    expect(differences(vpa, { ...upi, mode: "BANK" }, [hash])).toEqual(["rail"]);
  });
});

test("a living transfer of a payout that was let go is for a person", () => {
  for (const at of [{ status: "cancelled" }, { status: "expired" }, { status: "failed", gatewayCode: givenUpCode }] as const) {
    for (const word of ["RECEIVED", "PENDING", "SUCCESS", "UNRECOGNISED"] as const)
      expect(readTruth({ ...at, creditConfirmed: false }, told(word))).toEqual({ kind: "contradiction" });
    for (const word of ["FAILED", "REJECTED", "REVERSED"] as const) expect(readTruth({ ...at, creditConfirmed: false }, told(word))).toEqual({ kind: "none" });
  }
});
