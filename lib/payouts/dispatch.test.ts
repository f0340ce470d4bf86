import { beforeEach, describe, expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { drainJobs } from "@/lib/jobs";
import { addRate } from "@/lib/ledger";
import { stopPayouts, voteRestart } from "@/lib/settings";
import { ask, askAndSign, asSystem, ctxOf, freshRate, newAccount, newBeneficiary, paidBefore, passTime, signAs, transfersOf, usePayoutDesk } from "@/lib/testing/payouts";
import { minuteMs, plusMs } from "@/lib/time";
import { cancelPayout, dispatchPayout, getPayout, payoutJobs, payoutSweeps } from "./index.ts";
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
const moneyFor = (id: string) => transfersOf(desk, id);

async function sweepAll(): Promise<void> {
  for (const sweep of payoutSweeps) await sweep.run(systemCtx("test"));
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
    ["version", "version = version + 1"],
    ["account_id", "account_id = (select id from accounts where id <> account_id limit 1)"],
    ["beneficiary_id", "beneficiary_id = (select id from beneficiaries b where b.id <> beneficiary_id limit 1)"],
    ["payee", "payee = 'X'"],
    ["amount_paise", "amount_paise = amount_paise + 1"],
    ["fee_paise", "fee_paise = 1"],
    ["rail", "rail = 'neft'"],
    ["purpose", "purpose = 'Other'"],
    ["policy_version", "policy_version = 2"],
    ["verdict_id", "verdict_id = (select id from risk_verdicts v where v.id <> verdict_id limit 1)"],
    ["digest", "digest = sha256('other')"],
  ];
  const ofBeneficiary: [string, string][] = [
    ["version", "version = 9"],
    ["destination_hash", "destination_hash = sha256('x')"],
    ["last4", "last4 = '0000'"],
    ["ifsc", "ifsc = 'ICIC0000009'"],
  ];

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

test("the queue alone carries a signed payout to the bank", async () => {
  const id = await approved();
  await drainJobs(payoutJobs);
  expect(await moneyFor(id)).toHaveLength(1);
});
