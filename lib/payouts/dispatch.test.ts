import { beforeEach, describe, expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { addRate, getBalance, getTrialBalance } from "@/lib/ledger";
import { drainJobs } from "@/lib/jobs";
import { paise } from "@/lib/money";
import { sensitive } from "@/lib/sensitive";
import { stopPayouts, voteRestart } from "@/lib/settings";
import { ask, asSystem, ctxOf, freshRate, newAccount, newBeneficiary, paidBefore, passTime, signAs, usePayoutDesk } from "@/lib/testing/payouts";
import { dayMs, hourMs, minuteMs, plusMs } from "@/lib/time";
import { applyTransferTruth, cancelPayout, dispatchPayout, getPayout, listPayouts, payoutJobs, payoutSweeps } from "./index.ts";
import { pursuePayout } from "./resolve.ts";

const desk = usePayoutDesk({ timeoutMs: 300 });
const ctx = systemCtx("test");
let amount = 100_000n;
beforeEach(async () => {
  amount += 1000n;
  await desk.emulator.control("faults/clear");
});

async function approved(): Promise<string> {
  const { id } = await ask(desk, amount);
  await signAs(desk.admin, id);
  return id;
}

const panelOf = (id: string) => getPayout(ctxOf(desk.admin), id);
const moneyFor = async (id: string) => (await desk.emulator.state()).transfers.filter((transfer) => transfer.transferId === id);
const fault = (kind: string, path = "/transfers$", times = 1) => desk.emulator.control("faults", { match: { method: "POST", path }, kind, times, delayMs: 600 });

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

test("any number of dispatches at once send one transfer", async () => {
  const id = await approved();
  await Promise.all(Array.from({ length: 6 }, () => dispatchPayout(ctx, id)));
  expect((await moneyFor(id)).map((transfer) => transfer.createRequests)).toEqual([1]);
  expect((await panelOf(id)).attempts.map((attempt) => [attempt.number, attempt.status])).toEqual([[1, "accepted"]]);
});

test("what is not approved is never sent, whoever asks", async () => {
  const { id } = await ask(desk, amount);
  await dispatchPayout(ctx, id);
  await pursuePayout(ctx, id);
  const gone = await approved();
  await cancelPayout(ctxOf(desk.maker), gone, { reason: "changed my mind" });
  await dispatchPayout(ctx, gone);
  expect([...(await moneyFor(id)), ...(await moneyFor(gone))]).toEqual([]);
});

test("the sweep finds an approved payout whose job was lost", async () => {
  const id = await approved();
  await desk.database.superuser`delete from jobs`;
  passTime(10_000);
  await sweepAll();
  expect(await moneyFor(id)).toHaveLength(1);
});

describe("what was signed is what is sent", () => {
  const changes: [string, string][] = [
    ["version", "version = version + 1"], ["account_id", "account_id = (select id from accounts where id <> account_id limit 1)"], ["beneficiary_id", "beneficiary_id = (select id from beneficiaries b where b.id <> beneficiary_id limit 1)"],
    ["payee", "payee = 'X'"], ["amount_paise", "amount_paise = amount_paise + 1"], ["fee_paise", "fee_paise = 1"], ["rail", "rail = 'neft'"], ["purpose", "purpose = 'Other'"], ["policy_version", "policy_version = 2"], ["verdict_id", "verdict_id = (select id from risk_verdicts v where v.id <> verdict_id limit 1)"],
    ["digest", "digest = sha256('other')"],
  ];
  const ofBeneficiary: [string, string][] = [["version", "version = 9"], ["destination_hash", "destination_hash = sha256('x')"], ["last4", "last4 = '0000'"], ["ifsc", "ifsc = 'ICIC0000009'"]];

  async function tamper(statement: string, run: () => Promise<void>): Promise<void> {
    // As a database superuser with the triggers off: the digest must notice on its own.
    await desk.database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql.unsafe(statement);
    });
    await run();
  }

  test.each(changes)("a changed %s stops dispatch, and a person sees why", async (_column, change) => {
    const other = await newAccount(1_000_000n);
    await newBeneficiary(other);
    const id = await approved();
    await tamper(`update payouts set ${change} where id = '${id}'`, async () => {
      await dispatchPayout(ctx, id);
      expect(await moneyFor(id)).toEqual([]);
      expect((await panelOf(id)).next).toMatch(/not sent\. A person must look|valid signatures/);
    });
  });

  test.each(ofBeneficiary)("a changed beneficiary %s stops dispatch", async (_column, change) => {
    const beneficiaryId = await newBeneficiary(desk.accountId);
    await paidBefore(desk.database, desk.accountId, beneficiaryId);
    const { id } = await ask(desk, amount, { beneficiaryId });
    await signAs(desk.admin, id);
    await tamper(`update beneficiaries set ${change} where id = '${beneficiaryId}'`, async () => {
      await dispatchPayout(ctx, id);
      expect(await moneyFor(id)).toEqual([]);
    });
  });

  test("a signature taken away stops dispatch", async () => {
    const id = await approved();
    await tamper(`delete from payout_approvals where payout_id = '${id}'`, async () => {
      await dispatchPayout(ctx, id);
      expect(await moneyFor(id)).toEqual([]);
    });
  });
});

describe("what is checked again before sending", () => {
  test("a stop that was pressed after approval holds it back, and it goes after the restart", async () => {
    const id = await approved();
    const { stop } = await stopPayouts(ctxOf(desk.analyst), { reason: "something looks wrong" });
    await dispatchPayout(ctx, id);
    await sweepAll();
    expect(await moneyFor(id)).toEqual([]);
    expect((await panelOf(id)).next).toMatch(/stopped/);
    for (const person of [desk.admin, desk.second]) await voteRestart(ctxOf(person), { stopId: stop?.id ?? "", reason: "checked, all is well" });
    passTime(minuteMs);
    await sweepAll();
    expect(await moneyFor(id)).toHaveLength(1);
  });

  test("a stop waits for a dispatch that already passed its check, and later dispatches see it", async () => {
    const [first, later] = [await approved(), await approved()];
    const outcomes = await Promise.all([dispatchPayout(ctx, first), stopPayouts(ctxOf(desk.analyst), { reason: "both at the same time" })]);
    await dispatchPayout(ctx, later);
    expect(await moneyFor(later)).toEqual([]);
    for (const person of [desk.admin, desk.second]) await voteRestart(ctxOf(person), { stopId: outcomes[1].stop?.id ?? "", reason: "checked, all is well" });
  });

  test("a rate that moved the reserve above the balance holds it back until money or the rate allows it", async () => {
    const accountId = await newAccount(1_000_000n);
    const beneficiaryId = await newBeneficiary(accountId);
    await paidBefore(desk.database, accountId, beneficiaryId);
    const { id } = await ask(desk, 140_000n, { accountId, beneficiaryId });
    await signAs(desk.admin, id);
    await asSystem((tx) => addRate(tx, { rateMicros: 90_000_000n, effectiveAt: plusMs(tx.ctx.now, -500), source: "test", enteredBy: "system:a", confirmedBy: "system:b" }));
    await dispatchPayout(ctx, id);
    expect(await moneyFor(id)).toEqual([]);
    expect((await panelOf(id)).payout.status).toBe("approved");
    passTime(minuteMs);
    await freshRate();
    await sweepAll();
    expect(await moneyFor(id)).toHaveLength(1);
  });
});

describe("whatever the gateway does, nothing is paid twice and nothing is lost", () => {
  /** [fault, whether the emulator has recorded the transfer when it strikes] */
  const faults: [string, boolean][] = [["timeout_before", false], ["timeout_after", true], ["reset_before", false], ["reset_after", true], ["error_before", false], ["error_after", true], ["conflict_409", false], ["truncated", true], ["html", false]];

  test.each(faults)("%s: unknown is shown since when, asked about, and never sent again", async (kind) => {
    const id = await approved();
    await fault(kind);
    await dispatchPayout(ctx, id);
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
      await desk.emulator.control("faults", { match: { method: "GET", path: "/transfers" }, kind, times: 1, delayMs: 600 });
      expect(await applyTransferTruth(ctx, id), kind).toBe("unanswered");
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
    expect((await panelOf(id)).next).toMatch(/finance admin must settle it/);
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

describe("what becomes of it", () => {
  const to = (id: string, end: string) => desk.emulator.control(`transfers/${id}/advance`, { to: end });

  test.each([
    ["failed at the bank", ["PENDING", "FAILED"], "failed"],
    ["rejected by the gateway", ["REJECTED"], "failed"],
    ["reversed before it was seen paid", ["REVERSED"], "reversed"],
    ["paid and sent back", ["SENT_TO_BENEFICIARY", "COMPLETED", "REVERSED"], "reversed"],
  ])("%s: the money is in the account again, once", async (_what, ends, status) => {
    const before = await getBalance(desk.accountId);
    const id = await approved();
    await dispatchPayout(ctx, id);
    for (const end of ends) {
      await to(id, end);
      await Promise.all([applyTransferTruth(ctx, id), applyTransferTruth(ctx, id)]);
    }
    await applyTransferTruth(ctx, id);
    expect((await panelOf(id)).payout.status).toBe(status);
    const after = await getBalance(desk.accountId);
    expect([after.balancePaise, after.heldPaise]).toEqual([before.balancePaise, before.heldPaise]);
    expect((await getTrialBalance()).balanced).toBe(true);
  });

  test("a paid transfer is looked at again for two days, and a reversal the next day is seen without a webhook", async () => {
    const id = await approved();
    await dispatchPayout(ctx, id);
    await to(id, "COMPLETED");
    await settleDown(id, 1);
    expect((await panelOf(id)).payout).toMatchObject({ status: "succeeded", creditConfirmed: true });
    await to(id, "REVERSED");
    passTime(7 * hourMs);
    await sweepAll();
    expect((await panelOf(id)).payout.status).toBe("reversed");
  });

  test("a transfer that differs from ours is not believed", async () => {
    const id = await approved();
    await fault("reset_before");
    await dispatchPayout(ctx, id);
    await desk.emulator.client.createTransfer({ transferId: id, amountPaise: paise(999_900n), mode: "upi", beneficiary: { name: "Other", vpa: sensitive("success@upi") } });
    await to(id, "COMPLETED");
    const before = await getBalance(desk.accountId);
    expect(await applyTransferTruth(ctx, id)).toBe("mismatch");
    expect((await panelOf(id)).payout).toMatchObject({ status: "submitting", unknownSince: expect.any(String) });
    expect((await panelOf(id)).next).toMatch(/differs from ours in: amount/);
    expect(await getBalance(desk.accountId)).toMatchObject({ balancePaise: before.balancePaise, heldPaise: before.heldPaise });
  });

  test("an id that is not ours, or was never sent, is said to be none of ours", async () => {
    const { id } = await ask(desk, amount);
    expect(await applyTransferTruth(ctx, id)).toBe("not_ours");
    expect(await applyTransferTruth(ctx, "po_00000000000000000000000000")).toBe("not_ours");
    expect(await applyTransferTruth(ctx, "JUNOB2018")).toBe("not_ours");
  });
});

test("the queue alone carries a signed payout to the bank", async () => {
  const id = await approved();
  await drainJobs(payoutJobs);
  expect(await moneyFor(id)).toHaveLength(1);
});
