import { beforeEach, describe, expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { getBalance } from "@/lib/ledger";
import { sensitive } from "@/lib/sensitive";
import { inItsTime } from "@/lib/testing/config";
import { ask, askAndSign, ctxOf, freshRate, newBeneficiary, paidBefore, passTime, signAs, transfersOf, usePayoutDesk } from "@/lib/testing/payouts";
import { dayMs, hourMs, minuteMs } from "@/lib/time";
import { applyTransferTruth, dispatchPayout, getPayout, listPayouts, payoutSweeps } from "./index.ts";
import { pursuePayout } from "./resolve.ts";

const desk = usePayoutDesk();
const ctx = systemCtx("test");
let amount = 100_000n;
beforeEach(async () => {
  amount += 1000n;
  await desk.emulator.control("faults/clear");
});

const approved = () => askAndSign(desk, amount);
const panelOf = (id: string) => getPayout(ctxOf(desk.admin), id);
const moneyFor = (id: string) => transfersOf(desk, id);
const fault = (kind: string, path = "/transfers$", times = 1) => desk.emulator.control("faults", { match: { method: "POST", path }, kind, times });

async function sweepAll(): Promise<void> {
  for (const sweep of payoutSweeps) await sweep.run(systemCtx("test"));
}

/** Lets time pass and looks after the payout until the gateway has been asked often enough to know. */
async function settleDown(id: string, rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    passTime(minuteMs);
    await pursuePayout(systemCtx("test"), id);
  }
}

describe("whatever the gateway does, nothing is paid twice and nothing is lost", () => {
  /** [fault, whether the emulator has recorded the transfer when it strikes] */
  const faults: [string, boolean][] = [
    ["timeout_before", false],
    ["timeout_after", true],
    ["reset_before", false],
    ["reset_after", true],
    ["error_before", false],
    ["error_after", true],
    ["conflict_409", false],
    ["truncated", true],
    ["html", false],
  ];

  test.each(faults)("%s: unknown is shown since when, asked about, and never sent again", async (kind) => {
    const id = await approved();
    await fault(kind);
    await inItsTime(kind, () => dispatchPayout(ctx, id));
    const unknown = await panelOf(id);
    expect(unknown.payout).toMatchObject({ status: "submitting", unknownSince: expect.stringMatching(/\+05:30$/) });
    expect(unknown.attempts).toMatchObject([{ number: 1, status: "unknown" }]);
    expect((await listPayouts(ctxOf(desk.admin), { queue: "unknown", limit: 200 })).items.map((item) => item.id)).toContain(id);
    await Promise.all([dispatchPayout(ctx, id), pursuePayout(ctx, id)]);
    await settleDown(id);
    const there = await moneyFor(id);
    expect(there.map((transfer) => transfer.createRequests)).toEqual(there.length === 0 ? [] : [1]);
    const later = await panelOf(id);
    if (there.length === 1) expect(later.payout).toMatchObject({ status: "in_flight", unknownSince: null });
    else expect(later.payout).toMatchObject({ status: "submitting", unknownSince: unknown.payout.unknownSince });
    expect(later.attempts).toHaveLength(1);
  });

  test("an answer the gateway gives to the question, but broken, changes nothing", async () => {
    const id = await approved();
    await fault("reset_after");
    await dispatchPayout(ctx, id);
    for (const kind of ["timeout_before", "error_before", "html", "truncated", "rate_429", "conflict_409"]) {
      await desk.emulator.control("faults", { match: { method: "GET", path: "/transfers" }, kind, times: 1 });
      expect(await inItsTime(kind, () => applyTransferTruth(ctx, id)), kind).toBe("unanswered");
    }
    expect((await panelOf(id)).payout).toMatchObject({ status: "submitting" });
    expect(await applyTransferTruth(ctx, id)).toBe("moved");
  });

  test("not found for a day asks for a person, and still nothing is sent again", async () => {
    const id = await approved();
    await fault("reset_before");
    await dispatchPayout(ctx, id);
    passTime(dayMs + hourMs);
    await sweepAll();
    await settleDown(id, 2);
    expect((await panelOf(id)).next).toMatch(/two finance admins must agree/);
    expect(await moneyFor(id)).toEqual([]);
    await freshRate();
  });

  test("asked to slow down, or not reached at all, the same id is sent again after the pause", async () => {
    const id = await approved();
    await fault("rate_429");
    await dispatchPayout(ctx, id);
    expect((await panelOf(id)).payout).toMatchObject({ status: "submitting", unknownSince: null });
    await dispatchPayout(ctx, id);
    await settleDown(id);
    expect((await moneyFor(id)).map((transfer) => transfer.createRequests)).toEqual([1]);
    expect((await panelOf(id)).attempts.map((attempt) => attempt.status)).toEqual(["not_sent", "accepted"]);
  });

  test("when registering the beneficiary fails, nothing is unknown and it is tried again", async () => {
    const beneficiaryId = await newBeneficiary(desk.accountId, { accountNumber: "00011020001772", ifsc: "HDFC0000001" });
    await paidBefore(desk.database, desk.accountId, beneficiaryId);
    const { id } = await ask(desk, amount, { beneficiaryId });
    await signAs(desk.admin, id);
    await fault("error_after", "/beneficiary$");
    await dispatchPayout(ctx, id);
    expect((await panelOf(id)).attempts).toMatchObject([{ status: "not_sent" }]);
    await settleDown(id);
    expect(await moneyFor(id)).toHaveLength(1);
  });

  test("a definite refusal fails it and frees the money", async () => {
    const beneficiaryId = await newBeneficiary(desk.accountId);
    await paidBefore(desk.database, desk.accountId, beneficiaryId);
    const before = (await getBalance(desk.accountId)).heldPaise;
    const { id } = await ask(desk, amount, { beneficiaryId });
    await signAs(desk.admin, id);
    // The gateway already holds another destination under this beneficiary's id.
    await desk.emulator.client.createBeneficiary({ beneficiaryId, name: "Someone Else", vpa: sensitive("success@upi") });
    await dispatchPayout(ctx, id);
    const panel = await panelOf(id);
    expect([panel.payout.status, panel.endReason]).toEqual(["failed", expect.stringMatching(/another destination/)]);
    expect((await getBalance(desk.accountId)).heldPaise).toBe(before);
    expect(await moneyFor(id)).toEqual([]);
  });
});
