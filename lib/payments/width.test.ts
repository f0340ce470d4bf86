import { expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { paise } from "@/lib/money";
import { looksAt, wide } from "@/lib/testing/looks";
import { support, usePaymentDesk } from "@/lib/testing/payments";
import { applyPaymentTruth, createLink } from "./index.ts";

const desk = usePaymentDesk();

const newLink = () =>
  createLink(support, {
    accountId: desk.accountId,
    amountPaise: paise(125_000n),
    purpose: "Invoice 42",
    phone: "9876543210",
    email: "asha@example.com",
    customerName: "Asha Rao",
    validDays: 7,
  });

async function paid(): Promise<string> {
  const link = await newLink();
  await desk.emulator.control(`links/${link.id}/pay`, { outcome: "success", vpa: "asha@okbank" });
  return (await desk.emulator.state()).orders.find((order) => order.linkId === link.id)?.orderId ?? "";
}

test("making a link and booking its payment look at a few rows of each table, with plans made while the house was empty", async () => {
  for (let index = 0; index < 24; index += 1) await applyPaymentTruth(systemCtx("test"), { orderId: await paid() });
  expect(wide(await looksAt(desk.database, newLink))).toEqual({});
  const orderId = await paid();
  expect(wide(await looksAt(desk.database, () => applyPaymentTruth(systemCtx("test"), { orderId })))).toEqual({});
});
