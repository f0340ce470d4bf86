import { beforeEach, describe, expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { getBalance, getTrialBalance } from "@/lib/ledger";
import { paise } from "@/lib/money";
import { sensitive } from "@/lib/sensitive";
import { ask, askAndSign, ctxOf, passTime, usePayoutDesk } from "@/lib/testing/payouts";
import { hourMs } from "@/lib/time";
import { applyTransferTruth, dispatchPayout, getPayout, payoutSweeps } from "./index.ts";
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
const fault = (kind: string, path = "/transfers$") => desk.emulator.control("faults", { match: { method: "POST", path }, kind, times: 1 });

async function sweepAll(): Promise<void> {
  for (const sweep of payoutSweeps) await sweep.run(systemCtx("test"));
}

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
    passTime(60_000);
    await pursuePayout(systemCtx("test"), id);
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
