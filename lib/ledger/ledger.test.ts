import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { paise, type Paise } from "@/lib/money";
import { useDatabase } from "@/lib/testing/database";
import { account, as, firstRate, hold, rate } from "@/lib/testing/ledger";
import { kindOf } from "@/lib/testing/refusals";
import { clockNow, dayMs, plusMs } from "@/lib/time";
import { countLedger } from "./events.ts";
import { addRate, getBalance, getTrialBalance, postCapture, postOpeningFloat, postPayoutReversal, postPayoutSuccess, recheckReserve, releaseHold } from "./index.ts";

const database = useDatabase();

let reserve: Paise;
beforeAll(async () => {
  reserve = await firstRate();
});

test("a payout may take the account to exactly its reserve, and is refused with the arithmetic one paisa below", async () => {
  const id = await account(reserve + 100_000n);
  const refused = await hold(id, 100_001n).catch((error: unknown) => error);
  expect(isAppError(refused, "reserve_short") && refused.message).toMatch(/^Insufficient after reserve: balance ₹9,312\.34 .* ₹0\.01 under the reserve of ₹8,312\.34\.$/);
  await hold(id, 100_000n);
  expect(await kindOf(hold(id, 100n))).toBe("reserve_short");
  expect(await getBalance(id)).toMatchObject({ balancePaise: reserve + 100_000n, heldPaise: 100_000n, availablePaise: reserve });
});

test("200 payouts at once never take an account below its reserve, and as many as fit get their hold", async () => {
  const id = await account(reserve + 77n * 1_000n + 999n);
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => kindOf(hold(id, 1_000n))));
  expect(outcomes.filter((outcome) => outcome === "allowed")).toHaveLength(77);
  expect(outcomes.filter((outcome) => outcome === "reserve_short")).toHaveLength(123);
  expect((await getBalance(id)).availablePaise).toBe(reserve + 999n);
});

test("approval and dispatch check the reserve with the hold already inside, and keep what they saw", async () => {
  const id = await account(reserve + 5_000n);
  const payoutId = await hold(id, 5_000n);
  const { receiptId } = await as((tx) => recheckReserve(tx, { accountId: id, payoutId, stage: "approve" }));
  const [receipt] =
    await database.readonly`select stage, balance_paise::text as balance, held_paise::text as held, reserve_paise::text as reserve from reserve_receipts where id = ${receiptId}`;
  expect({ ...receipt }).toEqual({ stage: "approve", balance: String(reserve + 5_000n), held: "5000", reserve: String(reserve) });
  await as((tx) => releaseHold(tx, { payoutId }));
  expect(await kindOf(as((tx) => recheckReserve(tx, { accountId: id, payoutId, stage: "dispatch" })))).toBe("hold_missing");
});

test("a success, a release and a reversal each count once, however often they are told", async () => {
  const id = await account(reserve + 10_000n);
  const payoutId = await hold(id, 4_000n);
  const facts = { payoutId, accountId: id, amountPaise: paise(4_000n), feePaise: paise(236n), at: clockNow() };
  expect(await Promise.all([1, 2, 3].map(() => as((tx) => postPayoutSuccess(tx, facts))))).toEqual(expect.arrayContaining([true, false, false]));
  expect(await as((tx) => releaseHold(tx, { payoutId }))).toBe(false);
  expect(await getBalance(id)).toMatchObject({ balancePaise: reserve + 6_000n, heldPaise: 0n });
  expect(await Promise.all([1, 2].map(() => as((tx) => postPayoutReversal(tx, facts))))).toEqual(expect.arrayContaining([true, false]));
  expect(await getBalance(id)).toMatchObject({ balancePaise: reserve + 10_000n, heldPaise: 0n });
});

test("money that left after its hold was released still posts, stops the account below its reserve, and more money resumes it", async () => {
  const id = await account(reserve + 1_000n);
  const payoutId = await hold(id, 1_000n);
  await as((tx) => releaseHold(tx, { payoutId }));
  await hold(id, 1_000n);
  await as((tx) => postPayoutSuccess(tx, { payoutId, accountId: id, amountPaise: paise(1_000n), feePaise: paise(0n), at: clockNow() }));
  expect(await getBalance(id)).toMatchObject({ availablePaise: reserve - 1_000n, payoutsEnabled: false, payoutsDisabledReason: "below_reserve" });
  expect(await kindOf(hold(id, 100n))).toBe("payouts_disabled");
  await as((tx) => postCapture(tx, { paymentId: newId("payment"), accountId: id, amountPaise: paise(1_000n), availableAtCapture: true, at: clockNow() }));
  expect(await getBalance(id)).toMatchObject({ availablePaise: reserve, payoutsEnabled: true, payoutsDisabledReason: null });
  const trail = await database.readonly`select verb from audit_log where object_id = ${id} order by id`;
  expect(trail.map((row) => row["verb"])).toEqual(["account.payouts_stop", "account.payouts_resume"]);
});

test("a rate that moves the reserve above an account with open holds stops it in the same transaction", async () => {
  const id = await account(reserve + 1_000n);
  const payoutId = await hold(id, 1_000n);
  await as((tx) => addRate(tx, rate(tx, 83_123_500n)));
  expect(await getBalance(id)).toMatchObject({ payoutsEnabled: false });
  expect(await kindOf(as((tx) => recheckReserve(tx, { accountId: id, payoutId, stage: "dispatch" })))).toBe("payouts_disabled");
  await as((tx) => addRate(tx, rate(tx, 83_123_400n)));
  expect(await getBalance(id)).toMatchObject({ payoutsEnabled: true });
});

test("a rate needs two people, in the program and in the database, and cannot be from the future", async () => {
  expect(await kindOf(as((tx) => addRate(tx, { ...rate(tx, 83_000_000n), confirmedBy: "usr_a" })))).toBe("rate_two_people");
  expect(await kindOf(as((tx) => addRate(tx, { ...rate(tx, 83_000_000n), effectiveAt: plusMs(tx.ctx.now, 1) })))).toBe("rate_future");
  const alone = as((tx) => tx.db.execute("insert into fx_rates values ('fx_x', 'USDINR', 83000000, '2026-01-01', 'x', 'usr_a', 'usr_a')"));
  await expect(alone).rejects.toMatchObject({ cause: { constraint_name: "fx_rates_two_people" } });
});

test("a rate older than the last two business days stops approvals with a plain sentence, and not one 95 h old", async () => {
  const id = await account(reserve + 1_000n);
  const payoutId = await hold(id, 1_000n);
  const later = (ms: number) => ({ ...systemCtx("ledger-test"), now: plusMs(clockNow(), ms) });
  const check = (ms: number) => withTransaction(later(ms), (tx) => recheckReserve(tx, { accountId: id, payoutId, stage: "approve" }));
  expect(await kindOf(check(95 * 3_600_000))).toBe("allowed");
  const refused = await check(20 * dayMs).catch((error: unknown) => error);
  expect(isAppError(refused, "rate_stale") && refused.message).toMatch(
    /^The reference rate is from .*older than the last two business days\. Approvals stop until a newer rate is entered and confirmed\.$/,
  );
});

test("a capture nobody asked for lies in suspense and touches no payee", async () => {
  const paymentId = newId("payment");
  await as((tx) => postCapture(tx, { paymentId, accountId: null, amountPaise: paise(5_000n), availableAtCapture: true, at: clockNow() }));
  const entries =
    await database.readonly`select e.ledger_account_id as account, e.amount_paise::text as amount from ledger_entries e join journals j on j.id = e.journal_id where j.source_id = ${paymentId} order by 2`;
  expect(entries.map((row) => ({ ...row }))).toEqual([
    { account: "la_suspense", amount: "-5000" },
    { account: "la_gateway_receivable", amount: "5000" },
  ]);
});

type Op = { op: "capture" | "pending" | "hold" | "success" | "release" | "reversal"; pick: number; amount: number };
const operation = fc.record({
  op: fc.constantFrom<Op["op"]>("capture", "pending", "hold", "success", "release", "reversal"),
  pick: fc.nat(1000),
  amount: fc.integer({ min: 100, max: 400_000 }),
});

test("after any sequence of operations the books balance and every cached figure equals its entries and open holds", async () => {
  const float = `house_${randomBytes(4).toString("hex")}`;
  await as((tx) => postOpeningFloat(tx, { sourceId: float, amountPaise: paise(10n ** 9n), at: tx.ctx.now }));
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 25 }), async (operations) => {
      const ids = [await account(reserve + 500_000n), await account(0n)];
      const payouts: { payoutId: string; accountId: string; amountPaise: Paise }[] = [];
      const apply = async ({ op, pick, amount }: Op): Promise<void> => {
        const accountId = ids[pick % ids.length] ?? "";
        const payout = payouts[pick % Math.max(payouts.length, 1)];
        const at = clockNow();
        if (op === "capture" || op === "pending")
          await as((tx) => postCapture(tx, { paymentId: newId("payment"), accountId, amountPaise: paise(BigInt(amount)), availableAtCapture: op === "capture", at }));
        else if (op === "hold")
          await hold(accountId, BigInt(amount)).then(
            (payoutId) => payouts.push({ payoutId, accountId, amountPaise: paise(BigInt(amount)) }),
            () => undefined,
          );
        else if (payout === undefined) return;
        else if (op === "release") await as((tx) => releaseHold(tx, payout));
        else if (op === "success") await as((tx) => postPayoutSuccess(tx, { ...payout, feePaise: paise(500n), at }));
        else await as((tx) => postPayoutReversal(tx, { ...payout, at }));
      };
      for (let at = 0; at < operations.length; at += 3) await Promise.all(operations.slice(at, at + 3).map(apply));
      if (operations.length % 2 === 0) await countLedger(systemCtx("ledger-test"));
      const books = await getTrialBalance();
      expect(books).toMatchObject({ balanced: true, driftingAccounts: [] });
      expect(books.debitPaise).toBe(books.creditPaise);
    }),
    { numRuns: 15 },
  );
});
