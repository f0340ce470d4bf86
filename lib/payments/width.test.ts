import { beforeAll, afterAll, expect, test } from "vitest";
import { permissionsOf } from "@/lib/access";
import { createAccount } from "@/lib/accounts";
import { startTestEmulator, type TestEmulator } from "@/lib/cashfree/emulator/harness";
import { setConfig } from "@/lib/config";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { paise } from "@/lib/money";
import { useDatabase } from "@/lib/testing/database";
import { looksAt, wide } from "@/lib/testing/looks";
import { applyPaymentTruth, createLink } from "./index.ts";

const database = useDatabase();
let emulator: TestEmulator;
let accountId = "";

beforeAll(async () => {
  emulator = await startTestEmulator();
  setConfig({ ...database.config, cashfree: { ...database.config.cashfree, ...emulator.settings, pg: database.config.cashfree.pg, payout: database.config.cashfree.payout } });
  accountId = (await withTransaction(systemCtx("test"), (tx) => createAccount(tx, { name: "Asha Stores", fundsAvailable: "at_capture" }))).id;
});
afterAll(() => emulator.close());

const support: Ctx = {
  ...systemCtx("test"),
  actor: { kind: "user", userId: "usr_support", sessionId: "ses_test", roles: ["support"], permissions: permissionsOf(["support"]), factor: "totp" },
};

const newLink = () =>
  createLink(support, { accountId, amountPaise: paise(125_000n), purpose: "Invoice 42", phone: "9876543210", email: "asha@example.com", customerName: "Asha Rao", validDays: 7 });

async function paid(): Promise<string> {
  const link = await newLink();
  await emulator.control(`links/${link.id}/pay`, { outcome: "success", vpa: "asha@okbank" });
  return (await emulator.state()).orders.find((order) => order.linkId === link.id)?.orderId ?? "";
}

test("making a link and booking its payment look at a few rows of each table, with plans made while the house was empty", async () => {
  for (let index = 0; index < 24; index += 1) await applyPaymentTruth(systemCtx("test"), { orderId: await paid() });
  expect(wide(await looksAt(database, newLink))).toEqual({});
  const orderId = await paid();
  expect(wide(await looksAt(database, () => applyPaymentTruth(systemCtx("test"), { orderId })))).toEqual({});
});
