import { expect, test } from "vitest";
import { getBalance, getTrialBalance } from "@/lib/ledger";
import { ask, ctxOf, signAs, usePayoutDesk } from "@/lib/testing/payouts";
import { systemCtx } from "@/lib/context";
import { applyTransferTruth, dispatchPayout, getPayout } from "./index.ts";

const desk = usePayoutDesk();

test("a payout goes from the request over one signature to the bank and is confirmed, and the books balance at every step", async () => {
  const before = await getBalance(desk.accountId);
  const asked = await ask(desk);
  expect(asked).toMatchObject({ status: "pending_approval", approvals: { given: 0, needed: 1 }, holdReasons: [] });
  expect((await getBalance(desk.accountId)).heldPaise - before.heldPaise).toBe(100_000n);
  expect(await signAs(desk.admin, asked.id)).toMatchObject({ status: "approved", approvals: { given: 1, needed: 1 } });
  await dispatchPayout(systemCtx("test"), asked.id);
  expect((await getPayout(ctxOf(desk.admin), asked.id)).payout.status).toBe("in_flight");
  await desk.emulator.control(`transfers/${asked.id}/advance`, { to: "SENT_TO_BENEFICIARY" });
  expect(await applyTransferTruth(systemCtx("test"), asked.id)).toBe("moved");
  expect((await getPayout(ctxOf(desk.admin), asked.id)).payout).toMatchObject({ status: "succeeded", creditConfirmed: false });
  await desk.emulator.control(`transfers/${asked.id}/advance`, { to: "COMPLETED" });
  await applyTransferTruth(systemCtx("test"), asked.id);
  const panel = await getPayout(ctxOf(desk.admin), asked.id);
  expect(panel.payout).toMatchObject({ status: "succeeded", creditConfirmed: true });
  expect(panel.gateway.utr).toMatch(/^\d{12}$/);
  expect(panel.timeline.map((step) => step.channel)).toEqual(expect.arrayContaining(["person", "decision", "gateway"]));
  // The verdict is the screen's own, and the gateway's charge is said to be ours.
  expect(panel.timeline.find((step) => step.reference.startsWith("risk_verdicts/"))?.actor).toBe("Risk screen");
  expect(panel.timeline.map((step) => step.sentence)).toContainEqual(expect.stringMatching(/money out\. Cashfree charged us ₹\d+\.\d{2}; the account pays no fee\.$/));
  const after = await getBalance(desk.accountId);
  expect(after.balancePaise - before.balancePaise).toBe(-100_000n);
  expect(after.heldPaise).toBe(before.heldPaise);
  expect((await getTrialBalance()).balanced).toBe(true);
});
