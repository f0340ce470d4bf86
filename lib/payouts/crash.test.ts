import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { getTrialBalance } from "@/lib/ledger";
import { doom } from "@/lib/testing/doom";
import type { Doom } from "@/lib/testing/doomed";
import { ask, ctxOf, freshRate, newBeneficiary, offset, paidBefore, passTime, personWith, signAs, transfersOf, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { codeAt } from "@/lib/testing/people";
import { watchStatements } from "@/lib/testing/statements";
import { clockNow, dayMs, minuteMs } from "@/lib/time";
import { approvePayout, decideUnknown, dispatchPayout, getPayout, startApproval } from "./index.ts";
import { pursuePayout } from "./resolve.ts";

const desk = usePayoutDesk();
let third: Person | undefined;

/** Chooses where the killed processes die; replay a failure with CRASH_SEED=<the seed it printed>. */
const seed = Number(Reflect.get(import.meta.env, "CRASH_SEED") ?? randomInt(1, 2 ** 31));

function chooser(from: number): (below: number) => number {
  let state = from >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 1 + (state % below);
  };
}

let amount = 100_000n;
async function waiting(): Promise<string> {
  amount += 1000n;
  return (await ask(desk, amount)).id;
}

/** Signed, to a beneficiary that the gateway has never seen: the longest way from the attempt's row to the call. */
async function signedToUnregistered(): Promise<string> {
  amount += 1000n;
  const beneficiaryId = await newBeneficiary(desk.accountId);
  await paidBefore(desk.database, desk.accountId, beneficiaryId);
  const { id } = await ask(desk, amount, { beneficiaryId });
  await signAs(desk.admin, id);
  return id;
}

/** The challenge alone: its code is made when it is used, so that a slow machine does not outlive it. */
async function challengeFor(payoutId: string): Promise<string> {
  passTime(31_000);
  const { statement } = await getPayout(ctxOf(desk.admin), payoutId);
  const { challengeId } = await startApproval(ctxOf(desk.admin), payoutId, { digest: statement.digest });
  return challengeId;
}

async function sign(payoutId: string, challengeId: string): Promise<unknown> {
  return approvePayout(ctxOf(desk.admin), payoutId, { challengeId, code: await codeAt(desk.admin.totpSecret, clockNow()) });
}

type Facts = { status: string; given: number; votes: number; receipts: number; audits: number; used: number; hold: string };

/** What the rows say of one payout: a decision is there whole or not at all. */
async function factsOf(id: string): Promise<Facts> {
  const [row] = await desk.database.superuser<Facts[]>`
    select status, approvals_given as given, (select count(*)::int from payout_approvals v where v.payout_id = p.id) as votes,
      (select count(*)::int from reserve_receipts r where r.payout_id = p.id and stage = 'approve') as receipts,
      (select count(*)::int from audit_log a where a.object_id = p.id and verb = 'payout.approve' and outcome = 'done') as audits,
      (select count(*)::int from approval_challenges c where c.payout_id = p.id and used_at is not null) as used,
      (select status from holds h where h.payout_id = p.id) as hold
    from payouts p where id = ${id}`;
  if (row === undefined) throw new Error("the payout is gone");
  return row;
}

async function expectWholeDecision(id: string, where: string): Promise<void> {
  const facts = await factsOf(id);
  const whole = facts.status === "approved" ? 1 : 0;
  expect({ ...facts }, where).toEqual({ status: whole ? "approved" : "pending_approval", given: whole, votes: whole, receipts: whole, audits: whole, used: whole, hold: "open" });
}

/** Brings a payout to the bank by nothing but what a restarted worker does, and looks at what the gateway saw. */
async function expectSentOnce(id: string, where: string): Promise<void> {
  if ((await factsOf(id)).status === "pending_approval") await signAs(desk.admin, id);
  for (let round = 0; round < 3; round += 1) {
    await pursuePayout(systemCtx("test"), id);
    passTime(minuteMs);
  }
  if ((await transfersOf(desk, id)).length === 0) await sendAgainByPeople(id, where);
  const seen = await transfersOf(desk, id);
  expect(
    seen.map((transfer) => transfer.createRequests),
    where,
  ).toEqual([1]);
  expect((await factsOf(id)).status, where).toBe("in_flight");
}

/** It died between its attempt's row and the call: nobody can know that, so two people decide a day later. */
async function sendAgainByPeople(id: string, where: string): Promise<void> {
  const panel = await getPayout(ctxOf(desk.second), id);
  expect(panel, where).toMatchObject({ payout: { status: "submitting", unknownSince: expect.any(String) }, attempts: [{ status: "unknown" }] });
  passTime(dayMs + minuteMs);
  await freshRate();
  third ??= await personWith("finance_admin");
  for (const person of [desk.second, third]) await decideUnknown(ctxOf(person), id, { choice: "send_again", reason: "it died on the way" });
  await pursuePayout(systemCtx("test"), id);
}

async function killBackends(whose: "busy" | "all"): Promise<void> {
  await desk.database
    .superuser`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign:app' and datname = current_database() and (${whose} = 'all' or state <> 'idle')`;
}

afterEach(async () => {
  expect((await getTrialBalance()).balanced).toBe(true);
});

/** A strike may have killed several connections; each is found and replaced by using all of them at once. */
async function replaceTheDead(): Promise<void> {
  const use = () => withTransaction(systemCtx("test"), (tx) => tx.db.execute(sql`select pg_sleep(0.001)`));
  const ended = await Promise.allSettled(Array.from({ length: desk.database.config.database.poolMax }, use));
  if (ended.some(({ status }) => status === "rejected")) await replaceTheDead();
}

async function statementsOf(run: () => Promise<unknown>): Promise<number> {
  const watch = await watchStatements(() => undefined);
  await run();
  watch.stop();
  return watch.count();
}

/** Whether the database is at work for the application right now. */
async function isBusy(): Promise<boolean> {
  const busy = await desk.database
    .superuser`select 1 from pg_stat_activity where application_name = 'countersign:app' and datname = current_database() and state = 'active' limit 1`;
  return busy.length > 0;
}

/** How often in a row the database is found idle before it is taken to have nothing left to answer. */
const idleLooks = 10;

/** An error before a statement leaves the driver waiting for an answer to what it never sent: the server's giving up, seconds later, is brought forward. */
async function giveUpWhenIdle(ended: AbortSignal): Promise<void> {
  for (let looks = 0; looks < idleLooks;) {
    await pause(10);
    if (ended.aborted) return;
    looks = (await isBusy()) ? 0 : looks + 1;
  }
  if (!ended.aborted) await killBackends("all");
}

/** Runs with the n-th statement failing; odd ones by an error in the process, even ones by the death of the database's side. */
async function strikeAt(n: number, run: () => Promise<unknown>): Promise<void> {
  const ending = new AbortController();
  let killed: Promise<void> | undefined;
  const watch = await watchStatements((number) => {
    if (number !== n) return;
    killed = n % 2 === 1 ? giveUpWhenIdle(ending.signal) : killBackends("busy");
    if (n % 2 === 1) throw new Error(`struck at statement ${n}`);
  });
  await run().catch(() => undefined);
  ending.abort();
  watch.stop();
  await killed;
  await replaceTheDead();
}

describe("a failure at any statement", () => {
  test("of approve leaves the decision whole or absent, and the payout can go on", { timeout: 240_000 }, async () => {
    const first = await waiting();
    const challenge = await challengeFor(first);
    const count = await statementsOf(() => sign(first, challenge));
    expect(count).toBeGreaterThanOrEqual(6);
    for (let n = 1; n <= count; n += 1) {
      const id = await waiting();
      const challengeId = await challengeFor(id);
      await strikeAt(n, () => sign(id, challengeId));
      await expectWholeDecision(id, `statement ${n} of ${count}`);
      if (n % 5 === 0) await expectSentOnce(id, `statement ${n} of ${count}`);
    }
  });

  test("of dispatch sends the transfer once, whatever was recorded before", { timeout: 240_000 }, async () => {
    const first = await signedToUnregistered();
    const count = await statementsOf(() => dispatchPayout(systemCtx("test"), first));
    expect(count).toBeGreaterThan(20);
    for (let n = 1; n <= count; n += 1) {
      const id = await signedToUnregistered();
      await strikeAt(n, () => dispatchPayout(systemCtx("test"), id));
      await expectSentOnce(id, `statement ${n} of ${count}`);
    }
  });
});

/** One act in a process that kills itself: before a statement, or before the call. */
function doomed(act: Doom["act"], killAt: Doom["killAt"]): ReturnType<typeof doom> {
  const { config, urls } = desk.database;
  const kek = config.keyEncryptionKey.reveal().toString("base64");
  return doom({ databaseUrl: urls.app, dataDir: config.dataDir, kek, payoutBase: `${desk.emulator.url}/payout`, offsetMs: offset(), killAt, act });
}

describe(`kill -9 (CRASH_SEED=${seed})`, () => {
  const pick = chooser(seed);

  test("in the middle of approve leaves the decision whole or absent, and the payout goes on after a restart", { timeout: 240_000 }, async () => {
    const act = async (id: string): Promise<Doom["act"]> => ({
      kind: "approve",
      payoutId: id,
      challengeId: await challengeFor(id),
      totpSecret: desk.admin.totpSecret,
      actor: ctxOf(desk.admin).actor,
    });
    const { statements } = await doomed(await act(await waiting()), -1);
    for (let round = 0; round < 3; round += 1) {
      const id = await waiting();
      const killAt = pick(statements);
      expect((await doomed(await act(id), killAt)).signal).toBe("SIGKILL");
      await expectWholeDecision(id, `seed ${seed}, killed at ${killAt} of ${statements}`);
      await expectSentOnce(id, `seed ${seed}, killed at ${killAt} of ${statements}`);
    }
  });

  test("in the middle of dispatch never makes the gateway pay twice, and nothing is lost", { timeout: 240_000 }, async () => {
    const first = await signedToUnregistered();
    const { statements } = await doomed({ kind: "dispatch", payoutId: first }, -1);
    for (let round = 0; round < 4; round += 1) {
      const id = await signedToUnregistered();
      const killAt = round === 0 ? ("transfer" as const) : pick(statements);
      expect((await doomed({ kind: "dispatch", payoutId: id }, killAt)).signal).toBe("SIGKILL");
      await expectSentOnce(id, `seed ${seed}, killed at ${killAt} of ${statements}`);
    }
  });
});
