import { drizzle } from "drizzle-orm/postgres-js";
import { beforeAll, expect, test } from "vitest";
import { payouts, payoutStatuses } from "@/db/schema/payouts";
import { createAccount } from "@/lib/accounts";
import { addBeneficiary } from "@/lib/beneficiaries";
import { systemCtx, withTransaction, type Tx } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { paise } from "@/lib/money";
import { useDatabase } from "@/lib/testing/database";
import { clockNow, dayMs, plusMs } from "@/lib/time";
import { getVerdict, listVerdicts, screenPayout } from "./index.ts";

const database = useDatabase();
const as = <T>(run: (tx: Tx) => Promise<T>, atMs = 0): Promise<T> => withTransaction({ ...systemCtx("risk-test"), now: plusMs(clockNow(), atMs) }, run);

let accountId = "";
let beneficiaryId = "";
beforeAll(async () => {
  ({ accountId, beneficiaryId } = await as(async (tx) => {
    const { id } = await createAccount(tx, { name: "Asha Stores", fundsAvailable: "at_capture" });
    return { accountId: id, beneficiaryId: await addBeneficiary(tx, id, { kind: "bank_account", name: "Asha Rao", accountNumber: "026291800001191", ifsc: "YESB0000262" }) };
  }));
});

const screen = (amount: bigint, atMs: number, payoutId = newId("payout")) => as((tx) => screenPayout(tx, { payoutId, accountId, beneficiaryId, amountPaise: paise(amount) }), atMs);

async function paid(amounts: number[], status: (typeof payoutStatuses)[number], agoMs: number): Promise<void> {
  for (const amount of amounts) {
    const at = plusMs(clockNow(), -agoMs);
    // Past payouts as history left them: the state machine's triggers would refuse rows born in a late state.
    await drizzle(database.superuser).transaction(async (db) => {
      await db.execute("set local session_replication_role = replica");
      await db.insert(payouts).values({
        id: newId("payout"), accountId, beneficiaryId, beneficiaryVersion: 1, beneficiaryCreatedBy: "usr_x", payee: "Asha", amountPaise: paise(BigInt(amount)), rail: "imps", purpose: "test", status,
        policyVersion: 1, approvalsNeeded: 1, verdictId: "rv_x", digest: new Uint8Array(32), makerId: "usr_x", lastEditorId: "usr_x", createdAt: at, expiresAt: at, updatedAt: at,
      });
    });
  }
}

test("a payout to a new beneficiary is held until its cool-off ends, and the verdict keeps the operands", async () => {
  const payoutId = newId("payout");
  const verdict = await screen(100_000n, 0, payoutId);
  expect(verdict).toMatchObject({ outcome: "hold", holdUntil: expect.any(Date) });
  const stored = await getVerdict(verdict.verdictId);
  expect(stored).toMatchObject({ payoutId, outcome: "hold" });
  expect(stored.findings.find((finding) => finding.rule === "first_payout")).toMatchObject({ result: "hit", operands: { paidBefore: "false", coolOffUntil: expect.stringMatching(/\+05:30$/) } });
  expect((await listVerdicts({ outcome: "hold" })).items.map((item) => item.id)).toContain(verdict.verdictId);
});

test("after the cool-off the first payout is clear and says that it needs two approvers", async () => {
  const { outcome, findings } = await screen(100_000n, 25 * 3_600_000);
  expect(outcome).toBe("clear");
  expect(findings.find((finding) => finding.rule === "first_payout")?.sentence).toMatch(/first payout .* two approvers/);
});

test("an amount far above the account's succeeded payouts of 30 days is held, older and failed ones do not count", async () => {
  await paid([10_000, 10_000, 10_000, 10_000, 20_000], "succeeded", 5 * dayMs);
  await paid([9_000_000], "succeeded", 40 * dayMs);
  await paid([9_000_000], "failed", 5 * dayMs);
  expect((await screen(60_000n, 2 * dayMs)).outcome).toBe("clear");
  const held = await screen(60_001n, 2 * dayMs);
  expect(held).toMatchObject({ outcome: "hold", holdUntil: null });
  expect(held.findings.find((finding) => finding.rule === "unusual_amount")).toMatchObject({ result: "hit", operands: { sample: "5", usualPaise: "20000" } });
});

test("the payout after the daily limit is held, whatever became of the earlier ones", async () => {
  await paid([100, 100, 100, 100], "rejected", 3_600_000);
  expect((await screen(100n, 0)).findings.find((finding) => finding.rule === "velocity")?.result).toBe("clear");
  await paid([100], "cancelled", 3_600_000);
  expect((await screen(100n, 0)).findings.find((finding) => finding.rule === "velocity")).toMatchObject({ result: "hit", operands: { recentPayouts: "5" } });
});

test("a beneficiary of another account is refused, and a stored verdict cannot be changed", async () => {
  const refused = as((tx) => screenPayout(tx, { payoutId: newId("payout"), accountId: newId("account"), beneficiaryId, amountPaise: paise(100n) })).catch((error: unknown) => error);
  expect(isAppError(await refused, "no_beneficiary")).toBe(true);
  await expect(database.app`update risk_verdicts set outcome = 'clear'`).rejects.toThrow(/permission denied/);
  await expect(database.superuser`truncate risk_verdicts`).rejects.toThrow(/append-only/);
});
