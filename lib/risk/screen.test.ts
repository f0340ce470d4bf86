import { drizzle } from "drizzle-orm/postgres-js";
import { beforeAll, expect, test } from "vitest";
import { payouts } from "@/db/schema/payouts";
import { createAccount } from "@/lib/accounts";
import { addBeneficiary } from "@/lib/beneficiaries";
import { systemCtx, withTransaction, type Tx } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { paise } from "@/lib/money";
import { getSetting } from "@/lib/settings";
import { useDatabase } from "@/lib/testing/database";
import { clockNow, dayMs, plusMs } from "@/lib/time";
import { askRiskFacts, getVerdict, listVerdicts, screenPayout, type Judgement } from "./index.ts";

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

async function screened(tx: Tx, given: Parameters<typeof askRiskFacts>[1] & { payoutId: string }): Promise<ReturnType<typeof screenPayout>> {
  const [facts] = await tx.ask(askRiskFacts(tx.ctx.now, given));
  return screenPayout(tx, given.payoutId, facts);
}

const screen = (amount: bigint, atMs: number, payoutId = newId("payout")) => as((tx) => screened(tx, { payoutId, accountId, beneficiaryId, amountPaise: paise(amount) }), atMs);

type Row = Pick<typeof payouts.$inferInsert, "id" | "accountId" | "beneficiaryId" | "verdictId" | "amountPaise" | "status" | "createdAt">;
const rowOf = (row: Row): typeof payouts.$inferInsert => ({
  ...row,
  beneficiaryVersion: 1,
  beneficiaryCreatedBy: "usr_x",
  payee: "Asha",
  rail: "imps",
  purpose: "test",
  policyVersion: 1,
  approvalsNeeded: 1,
  digest: new Uint8Array(32),
  makerId: "usr_x",
  lastEditorId: "usr_x",
  expiresAt: row.createdAt,
  updatedAt: row.createdAt,
});

async function paid(amounts: number[], status: (typeof payouts.$inferSelect)["status"], agoMs: number): Promise<void> {
  for (const amount of amounts) {
    const at = plusMs(clockNow(), -agoMs);
    // Past payouts as history left them: the state machine's triggers would refuse rows born in a late state.
    await drizzle(database.superuser).transaction(async (db) => {
      await db.execute("set local session_replication_role = replica");
      await db.insert(payouts).values(rowOf({ id: newId("payout"), accountId, beneficiaryId, verdictId: "rv_x", amountPaise: paise(BigInt(amount)), status, createdAt: at }));
    });
  }
}

test("a payout to a new beneficiary is held until its cool-off ends, and the verdict keeps the operands", async () => {
  const payoutId = newId("payout");
  const verdict = await screen(100_000n, 0, payoutId);
  expect(verdict).toMatchObject({ outcome: "hold", holdUntil: expect.any(Date) });
  const stored = await getVerdict(verdict.verdictId);
  expect(stored).toMatchObject({ payoutId, outcome: "hold" });
  expect(stored.findings.find((finding) => finding.rule === "first_payout")).toMatchObject({
    result: "hit",
    operands: { paidBefore: "false", coolOffUntil: expect.stringMatching(/\+05:30$/) },
  });
  expect((await listVerdicts({ outcome: "hold" }, async () => new Map())).items.map((item) => item.id)).toContain(verdict.verdictId);
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

const velocityOf = ({ findings }: Judgement) => findings.find((finding) => finding.rule === "velocity");

test("the payout after the daily limit is held, whatever became of the earlier ones", async () => {
  const limit = await getSetting(null, "velocityPayoutsMax");
  await paid(
    Array.from({ length: limit - 1 }, () => 100),
    "rejected",
    3_600_000,
  );
  expect(velocityOf(await screen(100n, 0))?.result).toBe("clear");
  await paid([100], "cancelled", 3_600_000);
  expect(velocityOf(await screen(100n, 0))).toMatchObject({ result: "hit", operands: { recentPayouts: String(limit) } });
});

test("requests sent all at once see each other: no more than the daily limit pass", async () => {
  const limit = await getSetting(null, "velocityPayoutsMax");
  const other = await as(async (tx) => {
    const { id } = await createAccount(tx, { name: "Burst", fundsAvailable: "at_capture" });
    return { accountId: id, beneficiaryId: await addBeneficiary(tx, id, { kind: "vpa", name: "Burst Payee", vpa: "burstpayee@okbank" }) };
  });
  const results = await Promise.all(
    Array.from({ length: limit + 10 }, () =>
      as(async (tx) => {
        const payoutId = newId("payout");
        const verdict = await screened(tx, { payoutId, ...other, amountPaise: paise(100n) });
        await tx.db.insert(payouts).values(rowOf({ ...other, id: payoutId, verdictId: verdict.verdictId, amountPaise: paise(100n), status: "draft", createdAt: tx.ctx.now }));
        return velocityOf(verdict)?.result;
      }),
    ),
  );
  expect(results.filter((result) => result === "clear")).toHaveLength(limit);
});

test("a beneficiary of another account is refused, and a stored verdict cannot be changed", async () => {
  const refused = as((tx) => screened(tx, { payoutId: newId("payout"), accountId: newId("account"), beneficiaryId, amountPaise: paise(100n) })).catch((error: unknown) => error);
  expect(isAppError(await refused, "no_beneficiary")).toBe(true);
  await expect(database.app`update risk_verdicts set outcome = 'clear'`).rejects.toThrow(/permission denied/);
  await expect(database.superuser`truncate risk_verdicts`).rejects.toThrow(/append-only/);
});
