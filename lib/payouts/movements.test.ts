import { expect, test } from "vitest";
import { ask, askAndSign, ctxOf, usePayoutDesk } from "@/lib/testing/payouts";
import { cancelPayout, getMovement, listMovements, listPayouts, rejectPayout } from "./index.ts";

const desk = usePayoutDesk();

test("a payout is called the same among movements as among payouts, however coarse the status that all kinds share", async () => {
  const [rejected, withdrawn, waiting, signed] = [await ask(desk, 101_000n), await ask(desk, 102_000n), await ask(desk, 103_000n), await askAndSign(desk, 104_000n)];
  await rejectPayout(ctxOf(desk.admin), rejected.id, { reason: "Not this month" });
  await cancelPayout(ctxOf(desk.maker), withdrawn.id, { reason: "Asked twice" });
  const page = await listMovements(ctxOf(desk.admin), { account: desk.accountId, kind: ["payout"], limit: "100" });
  const called = new Map(page.items.map((row) => [row.sourceId, [row.status, row.standing]]));
  expect([rejected.id, withdrawn.id, waiting.id, signed].map((id) => called.get(id))).toEqual([
    ["cancelled", "rejected"],
    ["cancelled", "cancelled"],
    ["waiting", "pending_approval"],
    ["moving", "approved"],
  ]);
  const listed = await listPayouts(ctxOf(desk.admin), { account: desk.accountId, limit: 100 });
  for (const payout of listed.items.filter(({ id }) => called.has(id)))
    expect(called.get(payout.id)?.[1], payout.id).toBe(payout.unknownSince === null ? payout.status : "unknown");
  expect(await getMovement(ctxOf(desk.admin), rejected.id)).toMatchObject({ status: "cancelled", standing: "rejected" });
});
