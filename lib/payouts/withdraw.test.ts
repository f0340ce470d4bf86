import { beforeEach, describe, expect, test } from "vitest";
import { disablePerson, endRole, freezePayoutRights } from "@/lib/auth";
import { systemCtx, withTransaction } from "@/lib/context";
import type { AppError } from "@/lib/errors";
import { ask, ctxOf, newBeneficiary, passTime, personWith, signAs, transfersOf, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { clockNow } from "@/lib/time";
import type { GoneReason } from "./contract.ts";
import { dispatchPayout, getPayout, payoutSweeps } from "./index.ts";

const desk = usePayoutDesk();
beforeEach(() => passTime(31_000));

const operator = () => ({ ...systemCtx("test", "operator"), now: clockNow() });
const sweep = async (): Promise<void> => payoutSweeps.find(({ name }) => name === "payouts.signers")?.run({ ...systemCtx("test"), now: clockNow() });
const kindOf = (act: Promise<unknown>) =>
  act.then(
    () => "done",
    (error: AppError) => error.kind,
  );

const losses: [string, GoneReason, (person: Person) => Promise<unknown>][] = [
  ["were shut out", "shut_out", (person) => withTransaction(operator(), (tx) => disablePerson(tx, { userId: person.userId, reason: "left the company" }))],
  [
    "lost the role that signs",
    "role_lost",
    (person) => withTransaction(operator(), (tx) => endRole(tx, { userId: person.userId, role: "finance_admin", reason: "moved to sales" })),
  ],
  ["had their payout rights frozen", "frozen", (person) => withTransaction(operator(), (tx) => freezePayoutRights(tx, person.userId, { reason: "factors_reset" }))],
];

describe.each(losses)("whoever signed and %s since", (words, reason, lose) => {
  test("has their signature taken off: the payout says so, and others complete it in their place", async () => {
    const [person, third] = [await personWith("finance_admin"), await personWith("finance_admin")];
    const { id } = await ask(desk, 255_000n, { beneficiaryId: await newBeneficiary(desk.accountId) });
    await signAs(person, id);
    await lose(person);
    // Before the sweep nobody signs beside a name that counts for nothing.
    expect(await kindOf(signAs(desk.second, id))).toBe("approval_refused");
    await sweep();
    await sweep();
    const panel = await getPayout(ctxOf(desk.second), id);
    expect(panel.payout).toMatchObject({ status: "pending_approval", approvals: { given: 0, needed: 2 } });
    expect(panel.next).toContain(`no longer counts, because they ${words}. Two signatures are missing`);
    expect(panel.signatures.map((line) => line.state)).toEqual(["signed", "withdrawn", "waiting", "waiting"]);
    expect(panel.acts.approve).toEqual({ allowed: true, reasons: [] });
    expect(panel.timeline.filter((step) => step.sentence.startsWith("A signature no longer counts"))).toHaveLength(1);
    const trail = await desk.database.superuser`select reason, after ->> 'approverId' as who from audit_log where object_id = ${id} and verb = 'payout.withdraw_signature'`;
    expect(trail.map((row) => ({ ...row }))).toEqual([{ reason, who: person.userId }]);
    const told = await desk.database.superuser`select subject_user_id, fields from security_events where event = 'payout.signature_withdrawn' and fields ->> 'payoutId' = ${id}`;
    expect(told.map((row) => ({ ...row }))).toEqual([{ subject_user_id: person.userId, fields: { payoutId: id, reason } }]);
    await signAs(desk.second, id);
    expect(await signAs(third, id)).toMatchObject({ status: "approved", approvals: { given: 2, needed: 2 } });
    await dispatchPayout(systemCtx("test"), id);
    expect(await transfersOf(desk, id)).toHaveLength(1);
  });

  test("sends nothing that was complete with it and has not left: it goes back to whoever may sign", async () => {
    const person = await personWith("finance_admin");
    const { id } = await ask(desk, 250_000n);
    expect(await signAs(person, id)).toMatchObject({ status: "approved" });
    await lose(person);
    await dispatchPayout({ ...systemCtx("test"), now: clockNow() }, id);
    const panel = await getPayout(ctxOf(desk.second), id);
    expect([panel.payout.status, panel.payout.approvals.given, panel.attempts]).toEqual(["pending_approval", 0, []]);
    expect(await transfersOf(desk, id)).toEqual([]);
    expect(await signAs(desk.second, id)).toMatchObject({ status: "approved" });
    await dispatchPayout(systemCtx("test"), id);
    expect(await transfersOf(desk, id)).toHaveLength(1);
  });
});

test("a role whose time is over takes the signatures with it, and whoever gets it again does not sign the same payout twice", async () => {
  const person = await personWith("finance_admin");
  const { id } = await ask(desk, 256_000n, { beneficiaryId: await newBeneficiary(desk.accountId) });
  await signAs(person, id);
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update role_grants set valid_until = ${clockNow().toISOString()}::text::timestamptz where user_id = ${person.userId}`;
  });
  await sweep();
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update role_grants set valid_until = null where user_id = ${person.userId}`;
  });
  const panel = await getPayout(ctxOf(person), id);
  expect(panel.acts.approve.reasons.map((reason) => reason.code)).toEqual(["signature_withdrawn"]);
  expect(panel.signatures).toContainEqual(expect.objectContaining({ state: "withdrawn", isMe: true }));
});

test("by SQL: nobody takes off a signature that counts, and one that does not completes nothing", async () => {
  const person = await personWith("finance_admin");
  const { id } = await ask(desk, 257_000n, { beneficiaryId: await newBeneficiary(desk.accountId) });
  await signAs(person, id);
  const asApp = (statement: string) =>
    desk.database.app
      .begin(async (sql) => {
        await sql`select set_config('app.actor', ${desk.second.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        await sql.unsafe(statement);
        throw new Error("accepted");
      })
      .catch((error: { code?: string; message: string }) => error.code ?? error.message);
  const at = clockNow().toISOString();
  const takeOff = `insert into payout_withdrawals select id, payout_id, 'role_lost', '${at}' from payout_approvals where payout_id = '${id}'`;
  const lessOne = `update payouts set approvals_given = 0 where id = '${id}'`;
  expect([await asApp(takeOff), await asApp(lessOne)]).toEqual(["CS121", "CS104"]);
  // Dated back to when its signer did not hold the role yet.
  expect(await asApp(takeOff.replace(at, "2020-01-01T00:00:00Z"))).toBe("CS121");
  await losses[1]?.[2](person);
  expect([await asApp(`${takeOff.replace("role_lost", "shut_out")}`), await asApp(lessOne), await asApp(takeOff)]).toEqual(["CS121", "CS104", "accepted"]);
  // Complete in number, yet with a signer who may not sign any more: refused at the last signature.
  expect(await asApp(`update payouts set status = 'approved', updated_at = '${at}' where id = '${id}'`)).toBe("CS104");
  expect(await asApp(`${takeOff}; delete from payout_withdrawals`)).toBe("42501");
});

test("what is complete and stands goes back to nobody", async () => {
  const { id } = await ask(desk, 258_000n);
  await signAs(desk.admin, id);
  await sweep();
  const moved = await desk.database.app
    .begin(async (sql) => {
      await sql`select set_config('app.actor', 'system:test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`update payouts set status = 'pending_approval' where id = ${id}`;
      return "accepted";
    })
    .catch((error: { code?: string }) => error.code);
  expect(moved).toBe("CS104");
});

test("by SQL: nobody lets go what they asked for, or what a program they stand behind asked for", async () => {
  const { id } = await ask(desk, 259_000n);
  const behind = await personWith("risk_analyst");
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into client_makers (client_id, user_id, why, since) values (${desk.maker.userId}, ${behind.userId}, 'owns', ${clockNow().toISOString()}::text::timestamptz)`;
  });
  const letGo = (actor: string) =>
    desk.database.app
      .begin(async (sql) => {
        await sql`select set_config('app.actor', ${actor}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        await sql`update payouts set status = 'held' where id = ${id}`;
        await sql`update payouts set status = 'pending_approval' where id = ${id}`;
      })
      .then(
        () => "done",
        (error: { code?: string }) => error.code,
      );
  expect([await letGo(desk.maker.userId), await letGo(behind.userId), await letGo(desk.analyst.userId)]).toEqual(["CS106", "CS106", "done"]);
});
