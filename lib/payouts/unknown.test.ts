import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freezePayoutRights } from "@/lib/auth";
import { systemCtx, withTransaction } from "@/lib/context";
import { getBalance, getTrialBalance } from "@/lib/ledger";
import { paise } from "@/lib/money";
import { ask, ctxOf, freshRate, newAccount, newBeneficiary, paidBefore, passTime, personWith, signAs, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { clockNow, dayMs, hourMs, minuteMs } from "@/lib/time";
import { applyTransferTruth, cancelPayout, decideUnknown, dispatchPayout, getPayout, getPayoutQueues, listPayouts, payoutSweeps } from "./index.ts";
import { pursuePayout } from "./resolve.ts";

const desk = usePayoutDesk();
const ctx = systemCtx("test");
let third: Person;
let amount = 100_000n;
beforeAll(async () => {
  third = await personWith("finance_admin");
});
beforeEach(async () => {
  amount += 1000n;
  await desk.emulator.control("faults/clear");
  await freshRate();
});

const panelOf = (id: string, person = desk.second) => getPayout(ctxOf(person), id);
const moneyFor = async (id: string) => (await desk.emulator.state()).transfers.filter((transfer) => transfer.transferId === id);
const fault = (kind: string, times = 1, method = "POST") => desk.emulator.control("faults", { match: { method, path: "/transfers" }, kind, times });
const heldNow = async () => (await getBalance(desk.accountId)).heldPaise;

async function sent(kind: string): Promise<string> {
  const { id } = await ask(desk, amount);
  await signAs(desk.admin, id);
  await fault(kind);
  await dispatchPayout(systemCtx("test"), id);
  return id;
}

/** As a process killed right after it wrote down that it would send. */
async function killedBeforeTheCall(): Promise<string> {
  const id = await sent("reset_before");
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update payout_attempts set status = 'prepared', answered_at = null, outcome = null where payout_id = ${id}`;
  });
  return id;
}

async function refusal(act: Promise<unknown>): Promise<string[]> {
  const error: unknown = await act.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const { kind, reasons } = error as { kind: string; reasons?: { code: string }[] };
  return reasons === undefined || reasons.length === 0 ? [kind] : reasons.map((reason) => reason.code);
}

const decide = (person: Person, id: string, choice: "send_again" | "give_up") => decideUnknown(ctxOf(person), id, { choice, reason: "looked with the bank" });

async function expireSweep(): Promise<void> {
  for (const sweep of payoutSweeps) await sweep.run(systemCtx("test"));
}

describe("what surely reached nobody", () => {
  test("may be withdrawn by its maker, and the money is free again", async () => {
    const before = await heldNow();
    const id = await sent("rate_429");
    expect((await panelOf(id, desk.maker)).acts.cancel.allowed).toBe(true);
    expect(await cancelPayout(ctxOf(desk.maker), id, { reason: "no longer needed" })).toMatchObject({ status: "cancelled" });
    expect(await heldNow()).toBe(before);
    await dispatchPayout(ctx, id);
    await pursuePayout(ctx, id);
    expect(await moneyFor(id)).toEqual([]);
  });

  test("expires in its time, and is not sent after it", async () => {
    const before = await heldNow();
    const id = await sent("rate_429");
    passTime(8 * dayMs);
    await freshRate();
    await dispatchPayout(systemCtx("test"), id);
    expect((await panelOf(id)).next).toMatch(/^It expired/);
    await expireSweep();
    expect((await panelOf(id)).payout.status).toBe("expired");
    expect(await heldNow()).toBe(before);
    expect(await moneyFor(id)).toEqual([]);
  });
});

describe("what may have reached the gateway", () => {
  test("cannot be withdrawn and does not expire, not even by SQL", async () => {
    const id = await sent("reset_before");
    expect(await refusal(cancelPayout(ctxOf(desk.maker), id, { reason: "no longer needed" }))).toEqual(["is_submitting"]);
    passTime(8 * dayMs);
    await expireSweep();
    expect((await panelOf(id)).payout.status).toBe("submitting");
    for (const [statement, code] of [
      [`update payouts set status = 'cancelled' where id = '${id}'`, "CS111"],
      [`update payout_attempts set status = 'absent', answered_at = prepared_at + interval '2 days' where payout_id = '${id}'`, "CS112"],
    ] as const) {
      const forced = desk.database.app.begin(async (sql) => {
        await sql`select set_config('app.actor', 'usr_anyone', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        await sql.unsafe(statement);
      });
      await expect(forced).rejects.toMatchObject({ code });
    }
  });

  test("is unknown for people, and nobody may decide before a day has passed", async () => {
    const id = await killedBeforeTheCall();
    passTime(minuteMs);
    await pursuePayout(systemCtx("test"), id);
    expect((await panelOf(id)).attempts).toMatchObject([{ status: "unknown", outcome: "no_word" }]);
    expect(await refusal(decide(desk.second, id, "give_up"))).toEqual(["too_early"]);
  });

  test("after a day two people who had no such part in it give it up while the gateway says that it is not there", async () => {
    const before = await heldNow();
    const id = await killedBeforeTheCall();
    passTime(dayMs + hourMs);
    await pursuePayout(systemCtx("test"), id);
    expect(await refusal(decide(desk.admin, id, "give_up"))).toEqual(["sole_signer"]);
    expect(await refusal(decide(desk.maker, id, "give_up"))).toEqual(["needs_payouts.approve"]);
    await fault("error_before", 1, "GET");
    expect(await refusal(decide(desk.second, id, "give_up"))).toEqual(["gateway_unsure"]);
    expect(await decide(desk.second, id, "give_up")).toMatchObject({ status: "submitting" });
    expect(await refusal(decide(desk.second, id, "give_up"))).toEqual(["already_agreed"]);
    expect((await panelOf(id)).agreed).toMatchObject([{ choice: "give_up", isMe: true }]);
    expect((await panelOf(id)).next).toMatch(/ agreed to give it up; one more finance admin must agree to the same\.$/);
    expect(await decide(third, id, "send_again")).toMatchObject({ status: "submitting" });
    expect(await decide(third, id, "give_up")).toMatchObject({ status: "failed" });
    expect(await heldNow()).toBe(before);
    await pursuePayout(systemCtx("test"), id);
    await dispatchPayout(systemCtx("test"), id);
    expect(await moneyFor(id)).toEqual([]);
    expect((await getTrialBalance()).balanced).toBe(true);
  });

  test("waits in the list, the figures and the panel for exactly whom the act lets decide it, from its day on and until they have given their word", async () => {
    const [id, frozen] = [await killedBeforeTheCall(), await personWith("finance_admin")];
    const maker = { ...desk.maker, roles: ["finance_maker", "finance_admin"] as const };
    const people = [desk.admin, desk.second, third, frozen, maker, desk.maker, await personWith("risk_analyst")];
    const early = ["too_early", "nothing_unknown"];
    const waitsFor = async () => {
      const found: Person[] = [];
      const listedNow = (await listPayouts(ctxOf(desk.second), { queue: "unknown", limit: 200 })).items;
      const panels = await Promise.all(listedNow.map((item) => panelOf(item.id)));
      const forPeople = panels.filter(({ acts }) => !acts.giveUp.reasons.some((reason) => early.includes(reason.code))).length;
      for (const person of people) {
        const { items } = await listPayouts(ctxOf(person), { queue: "unknown", limit: 200 });
        const { payout } = await panelOf(id, person);
        const { unknown, waiting } = await getPayoutQueues(ctxOf(person));
        const queue = (await listPayouts(ctxOf(person), { queue: "waiting", limit: 200 })).items;
        expect(items.find((item) => item.id === id)?.waitsForMe).toBe(payout.waitsForMe);
        expect(queue.some((item) => item.id === id)).toBe(payout.waitsForMe);
        expect(unknown.forMe).toBe(items.filter((item) => item.waitsForMe).length);
        expect(unknown.forPeople, "for whoever looks, may they decide it or not").toBe(forPeople);
        expect(waiting.count - waiting.toSign.count).toBe(queue.filter((item) => item.status !== "pending_approval").length);
        if (payout.waitsForMe) found.push(person);
      }
      return found;
    };
    passTime(dayMs - 5 * minuteMs);
    await pursuePayout(systemCtx("test"), id);
    expect(await waitsFor()).toEqual([]);
    passTime(hourMs);
    await freshRate();
    await withTransaction(ctxOf(frozen), (tx) => freezePayoutRights(tx, frozen.userId, { reason: "recovery_code" }));
    expect(await waitsFor()).toEqual([desk.second, third]);
    await decide(desk.second, id, "give_up");
    expect(await waitsFor()).toEqual([third]);
    await decide(third, id, "send_again");
    expect(await waitsFor(), "they disagree, so either may still join the other").toEqual([desk.second, third]);
    await decide(third, id, "give_up");
    expect((await panelOf(id, third)).payout).toMatchObject({ status: "failed", waitsForMe: false });
  });

  test("after a day two people send it again under the same id", async () => {
    const id = await killedBeforeTheCall();
    passTime(dayMs + hourMs);
    await freshRate();
    for (const person of [desk.second, third]) await decide(person, id, "send_again");
    await pursuePayout(systemCtx("test"), id);
    expect((await moneyFor(id)).map((transfer) => transfer.createRequests)).toEqual([1]);
    const panel = await panelOf(id);
    expect([panel.payout.status, panel.attempts.map((attempt) => attempt.status)]).toEqual(["in_flight", ["absent", "accepted"]]);
  });

  test("whoever's payout rights are frozen agrees to nothing about it, and what they agreed to before counts for nothing, not even by SQL", async () => {
    const [person, id] = [await personWith("finance_admin"), await killedBeforeTheCall()];
    passTime(dayMs + hourMs);
    expect(await decide(person, id, "give_up")).toMatchObject({ status: "submitting" });
    await withTransaction(ctxOf(person), (tx) => freezePayoutRights(tx, person.userId, { reason: "recovery_code" }));
    expect(await refusal(decide(person, id, "send_again"))).toEqual(["payouts_frozen"]);
    expect((await panelOf(id, person)).acts.giveUp.reasons.map((reason) => reason.code)).toEqual(["payouts_frozen"]);
    const forced = desk.database.app.begin(async (sql) => {
      await sql`select set_config('app.actor', ${person.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`insert into payout_resolutions values (${id}, 1, 'send_again', ${person.userId}, 'by hand', 'none', ${clockNow().toISOString()}::text::timestamptz)`;
    });
    await expect(forced).rejects.toMatchObject({ code: "CS120" });
    expect(await decide(third, id, "give_up")).toMatchObject({ status: "submitting" });
    expect(await decide(desk.second, id, "give_up")).toMatchObject({ status: "failed" });
  });

  test("two words given at the same moment carry it out once", async () => {
    const id = await killedBeforeTheCall();
    passTime(dayMs + hourMs);
    const both = await Promise.all([decide(desk.second, id, "give_up"), decide(third, id, "give_up")]);
    expect(both.map((outcome) => outcome.status).sort()).toEqual(["failed", "submitting"]);
  });

  test("is not left for ever where the first who agreed was shut out when the second did; nor is one whose signature was taken off its sole signer", async () => {
    const person = await personWith("finance_admin");
    const standing = (status: string) =>
      desk.database.superuser.begin(async (sql) => {
        await sql`set local session_replication_role = replica`;
        await sql`update users set status = ${status} where id = ${person.userId}`;
      });
    const { id } = await ask(desk, amount);
    await signAs(person, id);
    await standing("disabled");
    await dispatchPayout(systemCtx("test"), id);
    await standing("active");
    await signAs(desk.admin, id);
    await fault("reset_before");
    await dispatchPayout(systemCtx("test"), id);
    passTime(dayMs + hourMs);
    expect(await decide(person, id, "give_up")).toMatchObject({ status: "submitting" });
    await standing("disabled");
    expect(await decide(third, id, "give_up")).toMatchObject({ status: "submitting" });
    expect(await refusal(decide(third, id, "give_up"))).toEqual(["already_agreed"]);
    await standing("active");
    expect(await refusal(decide(desk.admin, id, "give_up"))).toEqual(["sole_signer"]);
    expect((await panelOf(id, third)).acts.giveUp.allowed).toBe(true);
    expect(await decide(third, id, "give_up")).toMatchObject({ status: "failed" });
  });

  test("that turns up when a person decides is not given up: the worker asks at once, and believes what it hears", async () => {
    const id = await sent("reset_after");
    passTime(dayMs + hourMs);
    await desk.database.superuser`delete from jobs`;
    expect(await refusal(decide(desk.second, id, "give_up"))).toEqual(["gateway_knows"]);
    const jobs = await desk.database.superuser`select name, key from jobs`;
    expect(jobs.map((job) => ({ ...job }))).toEqual([{ name: "payout.check", key: id }]);
    await pursuePayout({ ...systemCtx("test"), now: clockNow() }, id);
    expect((await panelOf(id)).payout.status).toBe("in_flight");
    expect((await moneyFor(id)).map((transfer) => transfer.createRequests)).toEqual([1]);
  });

  test("that turns up after it was given up is an alarm, and moves no money", async () => {
    const id = await killedBeforeTheCall();
    passTime(dayMs + hourMs);
    for (const person of [desk.second, third]) await decide(person, id, "give_up");
    const before = await getBalance(desk.accountId);
    await desk.emulator.client.createTransfer({ transferId: id, amountPaise: paise(amount), mode: "imps", beneficiary: { id: desk.beneficiaryId } });
    expect(await applyTransferTruth(systemCtx("test"), id)).toBe("mismatch");
    expect((await panelOf(id)).payout.status).toBe("failed");
    const after = await getBalance(desk.accountId);
    expect([after.balancePaise, after.heldPaise]).toEqual([before.balancePaise, before.heldPaise]);
  });
});

describe("what is gone since the request", () => {
  test.each([
    ["a retired beneficiary", "beneficiary_retired", (_account: string, beneficiary: string) => `update beneficiaries set status = 'retired' where id = '${beneficiary}'`],
    ["a closed account", "account_closed", (account: string) => `update accounts set status = 'closed' where id = '${account}'`],
  ])("%s is neither signed for nor sent to", async (_what, code, statement) => {
    const accountId = await newAccount(500_000_000n);
    const beneficiaryId = await newBeneficiary(accountId);
    await paidBefore(desk.database, accountId, beneficiaryId);
    const [signed, waiting] = [await ask(desk, amount, { accountId, beneficiaryId }), await ask(desk, amount + 100n, { accountId, beneficiaryId })];
    await signAs(desk.admin, signed.id);
    await desk.database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql.unsafe(statement(accountId, beneficiaryId));
    });
    expect(await refusal(signAs(desk.admin, waiting.id))).toContain(code);
    await dispatchPayout(systemCtx("test"), signed.id);
    expect(await moneyFor(signed.id)).toEqual([]);
    expect(await cancelPayout(ctxOf(desk.maker), signed.id, { reason: "its target is gone" })).toMatchObject({ status: "cancelled" });
  });
});
