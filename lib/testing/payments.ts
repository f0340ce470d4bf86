// A desk that takes payments: its database, the emulator, an account and somebody of support.
import { afterAll, beforeAll } from "vitest";
import { permissionsOf } from "@/lib/access";
import { createAccount } from "@/lib/accounts";
import { startTestEmulator, type TestEmulator } from "@/lib/cashfree/emulator/harness";
import { setConfig } from "@/lib/config";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { useDatabase, type TestDatabase } from "./database.ts";

export const support: Ctx = {
  ...systemCtx("test"),
  actor: { kind: "user", userId: "usr_support", sessionId: "ses_test", roles: ["support"], permissions: permissionsOf(["support"]), factor: "totp" },
};

export type PaymentDesk = { database: TestDatabase; emulator: TestEmulator; accountId: string };

/** Filled before the file's first test. */
export function usePaymentDesk(): PaymentDesk {
  const database = useDatabase();
  const desk = { database, accountId: "" } as PaymentDesk;
  beforeAll(async () => {
    desk.emulator = await startTestEmulator();
    setConfig({
      ...database.config,
      cashfree: { ...database.config.cashfree, ...desk.emulator.settings, pg: database.config.cashfree.pg, payout: database.config.cashfree.payout },
    });
    desk.accountId = (await withTransaction(systemCtx("test"), (tx) => createAccount(tx, { name: "Asha Stores", fundsAvailable: "at_capture" }))).id;
  });
  afterAll(() => desk.emulator.close());
  return desk;
}
