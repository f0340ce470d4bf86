import { beforeEach, describe, expect, test } from "vitest";
import type { AppError } from "@/lib/errors";
import { getBalance } from "@/lib/ledger";
import { newId } from "@/lib/ids";
import { ask, ctxOf, freshRate, newBeneficiary, passTime, personWith, signAs, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { codeAt } from "@/lib/testing/people";
import { clockNow, dayMs, hourMs, minuteMs, plusMs } from "@/lib/time";
import { systemCtx } from "@/lib/context";
import { stopPayouts, voteRestart } from "@/lib/settings";
import { approvePayout, cancelPayout, createPayout, getPayout, rejectPayout, releasePayout, startApproval } from "./index.ts";
import { expirePayout, endCoolOff } from "./commands/timers.ts";
import { loadPayout, statementOf } from "./load.ts";
import { paise } from "@/lib/money";

const desk = usePayoutDesk();
beforeEach(() => passTime(31_000));

const codeOf = (person: Person) => codeAt(person.totpSecret, clockNow());

async function challenge(person: Person, payoutId: string) {
  const { statement } = await getPayout(ctxOf(person), payoutId);
  return startApproval(ctxOf(person), payoutId, { digest: statement.digest });
}

async function refusal(act: Promise<unknown>): Promise<{ status: string; kind: string; codes: string[] }> {
  const error = (await act.then(
    () => {
      throw new Error("it was not refused");
    },
    (thrown: unknown) => thrown,
  )) as AppError;
  return { status: error.code, kind: error.kind, codes: (error.reasons ?? []).map((reason) => reason.code) };
}

const statusOf = async (id: string) => (await getPayout(ctxOf(desk.admin), id)).payout.status;

describe("signing a payout", () => {
  test("a challenge is good once: its replay is refused even with a fresh code", async () => {
    const { id } = await ask(desk, 60_000_000n);
    const { challengeId } = await challenge(desk.admin, id);
    await approvePayout(ctxOf(desk.admin), id, { challengeId, code: await codeOf(desk.admin) });
    passTime(31_000);
    expect(await refusal(approvePayout(ctxOf(desk.admin), id, { challengeId, code: await codeOf(desk.admin) }))).toMatchObject({ kind: "challenge_invalid" });
  });

  test("a challenge ends after three minutes, belongs to one session, one person and one payout", async () => {
    const [first, other] = [await ask(desk, 110_000n), await ask(desk, 120_000n)];
    const late = await challenge(desk.admin, first.id);
    passTime(3 * minuteMs);
    expect(await refusal(approvePayout(ctxOf(desk.admin), first.id, { challengeId: late.challengeId, code: await codeOf(desk.admin) }))).toMatchObject({
      kind: "challenge_invalid",
    });
    passTime(31_000);
    const { challengeId } = await challenge(desk.admin, first.id);
    const elsewhere = { ...desk.admin, sessionId: newId("session") };
    const tries: [Person, string][] = [
      [elsewhere, first.id],
      [desk.second, first.id],
      [desk.admin, other.id],
    ];
    for (const [person, payoutId] of tries) {
      const code = await codeOf(person);
      expect(await refusal(approvePayout(ctxOf(person), payoutId, { challengeId, code }))).toMatchObject({ kind: "challenge_invalid" });
      // Whoever saw the code typed cannot try it on something else: the refused act used it up.
      expect(await refusal(approvePayout(ctxOf(person), first.id, { challengeId, code }))).toMatchObject({ kind: "code_used" });
      passTime(31_000);
    }
    expect([await statusOf(first.id), await statusOf(other.id)]).toEqual(["pending_approval", "pending_approval"]);
    expect(await approvePayout(ctxOf(desk.admin), first.id, { challengeId, code: await codeOf(desk.admin) })).toMatchObject({ status: "approved" });
    const spent = await desk.database.superuser`select reason from audit_log where verb = 'auth.code_spent' and object_id = ${desk.admin.userId}`;
    expect(spent.filter((row) => row["reason"] === "challenge_invalid").length).toBeGreaterThan(1);
  });

  test("one code signs one payout: the second one waits for the next code and keeps its challenge", async () => {
    const [first, other] = [await ask(desk, 130_000n), await ask(desk, 140_000n)];
    const [one, two] = [await challenge(desk.admin, first.id), await challenge(desk.admin, other.id)];
    const code = await codeOf(desk.admin);
    const both = await Promise.allSettled([
      approvePayout(ctxOf(desk.admin), first.id, { challengeId: one.challengeId, code }),
      approvePayout(ctxOf(desk.admin), other.id, { challengeId: two.challengeId, code }),
    ]);
    expect(both.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find((result) => result.status === "rejected")).toMatchObject({ reason: { kind: "code_used" } });
    expect([await statusOf(first.id), await statusOf(other.id)].sort()).toEqual(["approved", "pending_approval"]);
  });

  test("a wrong code signs nothing", async () => {
    const { id } = await ask(desk, 150_000n);
    const { challengeId } = await challenge(desk.admin, id);
    const wrong = (await codeOf(desk.admin)) === "000000" ? "000001" : "000000";
    expect(await refusal(approvePayout(ctxOf(desk.admin), id, { challengeId, code: wrong }))).toMatchObject({ kind: "wrong_code" });
    expect(await statusOf(id)).toBe("pending_approval");
  });

  test("a screen that shows an older statement gets no challenge", async () => {
    const { id } = await ask(desk, 160_000n);
    expect(await refusal(startApproval(ctxOf(desk.admin), id, { digest: "0".repeat(64) }))).toMatchObject({ kind: "statement_changed" });
  });

  test("from ₹5,00,000 two different people sign, and nobody signs twice", async () => {
    const { id, approvals } = await ask(desk, 50_000_000n);
    expect(approvals).toEqual({ given: 0, needed: 2 });
    expect(await signAs(desk.admin, id)).toMatchObject({ status: "pending_approval", approvals: { given: 1, needed: 2 } });
    expect(await refusal(signAs(desk.admin, id))).toMatchObject({ kind: "approval_refused", codes: ["already_signed"] });
    expect(await signAs(desk.second, id)).toMatchObject({ status: "approved", approvals: { given: 2, needed: 2 } });
    const panel = await getPayout(ctxOf(desk.second), id);
    expect(panel.signatures.map((line) => [line.role, line.state, line.isMe])).toEqual([
      ["maker", "signed", false],
      ["first", "signed", false],
      ["second", "signed", true],
    ]);
    await cancelPayout(ctxOf(desk.maker), id, { reason: "making room" });
  });

  test("the first payout to a beneficiary needs two, whatever the amount", async () => {
    const beneficiaryId = await newBeneficiary(desk.accountId);
    expect(await ask(desk, 10_000n, { beneficiaryId })).toMatchObject({ status: "pending_approval", approvals: { needed: 2 } });
  });
});

describe("who may not sign", () => {
  // These people hold both permissions, which assignment refuses: the payout itself must refuse them too.
  test("its maker, on the command and on the panel, and the security admins hear of the try", async () => {
    const both = { ...desk.maker, roles: ["finance_maker", "finance_admin"] as const };
    const { id } = await ask(desk, 170_000n);
    const { acts, statement } = await getPayout(ctxOf(both), id);
    expect(acts.approve.reasons.map((reason) => reason.code)).toEqual(["own_payout"]);
    expect(await refusal(startApproval(ctxOf(both), id, { digest: statement.digest }))).toMatchObject({ status: "conflict", codes: ["own_payout"] });
    const told = await desk.database.superuser`select severity, actor_id, fields from security_events where event = 'payout.own_decision' and fields ->> 'payoutId' = ${id}`;
    expect(told.map((row) => ({ ...row }))).toEqual([{ severity: "warning", actor_id: both.userId, fields: { payoutId: id, reason: "own_payout" } }]);
  });

  test("whoever added the beneficiary", async () => {
    const adder = { ...(await personWith("finance_admin")), roles: ["finance_admin", "finance_maker"] as const };
    const beneficiaryId = await newBeneficiary(desk.accountId, { addedBy: adder });
    const { id } = await ask(desk, 180_000n, { beneficiaryId });
    expect((await refusal(signAs(adder, id))).codes).toEqual(["own_beneficiary"]);
  });

  test("anyone without the role, and no machine", async () => {
    const { id } = await ask(desk, 190_000n);
    expect(await refusal(startApproval(ctxOf(desk.analyst), id, { digest: "0".repeat(64) }))).toMatchObject({ status: "forbidden", kind: "permission_denied" });
    const machine = { ...systemCtx("test"), actor: { kind: "system", name: "x", permissions: ["payouts.approve", "payouts.create"] } } as const;
    expect(await refusal(startApproval(machine, id, { digest: "0".repeat(64) }))).toMatchObject({ kind: "not_a_person" });
  });

  test("not even by SQL: the database refuses forged votes and unsigned approval", async () => {
    const { id } = await ask(desk, 200_000n);
    const { app } = desk.database;
    const genuine = statementOf(await loadPayout(id)).text;
    type Forged = { challengeId?: string | null; digest?: "own" | "other"; statement?: string; late?: boolean };
    const attempt = (actor: string, approver: string, { challengeId = null, digest = "own", statement = genuine, late = false }: Forged = {}) =>
      app
        .begin(async (sql) => {
          await sql`select set_config('app.actor', ${actor}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
          const own = newId("challenge");
          const at = clockNow();
          await sql`insert into approval_challenges select ${own}, id, version, ${approver}, 'ses_x', digest, '{}', ${plusMs(at, late ? -1 : 60_000)}, ${at} from payouts where id = ${id}`;
          await sql`insert into payout_approvals select ${newId("approval")}, id, ${approver}, ${challengeId ?? own}, ${digest === "own" ? sql`digest` : sql`sha256('x')`}, ${statement}, 'totp', ${at} from payouts where id = ${id}`;
        })
        .then(
          () => "accepted",
          (error: { code?: string }) => error.code,
        );
    expect(await attempt(desk.maker.userId, desk.maker.userId)).toBe("CS106");
    expect(await attempt(desk.admin.userId, desk.admin.userId, { digest: "other" })).toBe("CS107");
    expect(await attempt(desk.maker.userId, desk.admin.userId)).toBe("CS108");
    expect(await attempt(desk.second.userId, desk.second.userId, { challengeId: (await challenge(desk.admin, id)).challengeId })).toBe("CS108");
    expect(await attempt(desk.admin.userId, desk.admin.userId, { statement: "{}" })).toBe("CS107");
    expect(await attempt(desk.admin.userId, desk.admin.userId, { late: true })).toBe("CS108");
    expect(await attempt("usr_ghost", "usr_ghost")).toBe("CS106");
    const support = await personWith("support");
    expect(await attempt(support.userId, support.userId)).toBe("CS106");
    // Everything is genuine but that no code and no passkey was used up for it.
    expect(await attempt(desk.admin.userId, desk.admin.userId)).toBe("CS115");
    const approveUnsigned = app.begin(async (sql) => {
      await sql`select set_config('app.actor', ${desk.admin.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`update payouts set status = 'approved', approvals_given = 1 where id = ${id}`;
    });
    await expect(approveUnsigned).rejects.toMatchObject({ code: "CS104" });
    const edit = (column: string) =>
      app.begin(async (sql) => {
        await sql`select set_config('app.actor', ${desk.admin.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        await sql`update payouts set ${sql(column)} = ${{ maker_id: "usr_other", expires_at: "2099-01-01" }[column] ?? "1000000"} where id = ${id}`;
      });
    for (const column of ["amount_paise", "maker_id", "beneficiary_created_by", "approvals_needed", "purpose", "expires_at"])
      await expect(edit(column), column).rejects.toMatchObject({ code: "CS103" });
    const own = await challenge(desk.admin, id);
    const rewrite = app.begin(async (sql) => {
      await sql`select set_config('app.actor', ${desk.admin.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`update approval_challenges set expires_at = expires_at + interval '1 hour', used_at = now() where id = ${own.challengeId}`;
    });
    await expect(rewrite).rejects.toMatchObject({ code: "CS109" });
    await expect(app`update payout_approvals set approver_id = 'x'`).rejects.toThrow(/permission denied/);
    await expect(app`delete from payouts where id = ${id}`).rejects.toThrow(/permission denied/);
  });
});

describe("ending without money moving", () => {
  test("reject, withdraw and expiry each give back exactly the hold, once", async () => {
    const held = async () => (await getBalance(desk.accountId)).heldPaise;
    const before = await held();
    const [a, b, c] = [await ask(desk, 210_000n), await ask(desk, 220_000n), await ask(desk, 230_000n)];
    expect((await held()) - before).toBe(660_000n);
    expect(await rejectPayout(ctxOf(desk.admin), a.id, { reason: "not this month" })).toMatchObject({ status: "rejected" });
    expect((await refusal(rejectPayout(ctxOf(desk.admin), a.id, { reason: "again" }))).codes).toEqual(["is_rejected"]);
    expect(await refusal(cancelPayout(ctxOf(await personWith("finance_maker")), b.id, { reason: "not mine" }))).toMatchObject({ status: "forbidden", codes: ["not_own_payout"] });
    expect(await cancelPayout(ctxOf(desk.maker), b.id, { reason: "changed my mind" })).toMatchObject({ status: "cancelled" });
    await expirePayout(systemCtx("test"), c.id);
    expect(await statusOf(c.id)).toBe("pending_approval");
    passTime(7 * dayMs + minuteMs);
    expect((await refusal(signAs(desk.admin, c.id))).codes).toContain("expired");
    await expirePayout(systemCtx("test"), c.id);
    await expirePayout(systemCtx("test"), c.id);
    expect(await statusOf(c.id)).toBe("expired");
    expect((await getBalance(desk.accountId)).heldPaise).toBe(before);
    await freshRate();
  });
});

describe("held payouts", () => {
  test("a new beneficiary's payout waits out the cool-off, which nobody can shorten, and then moves on by itself", async () => {
    const beneficiaryId = await newBeneficiary(desk.accountId, { agoMs: hourMs });
    const held = await ask(desk, 240_000n, { beneficiaryId });
    expect(held).toMatchObject({ status: "held", holdReasons: [{ code: "cool_off" }], holdUntil: expect.stringMatching(/\+05:30$/) });
    expect((await refusal(signAs(desk.admin, held.id))).codes).toEqual(["is_held"]);
    expect((await refusal(releasePayout(ctxOf(desk.analyst), held.id, { reason: "looks fine to me" }))).codes).toEqual(["cool_off"]);
    await endCoolOff(systemCtx("test"), held.id);
    expect(await statusOf(held.id)).toBe("held");
    passTime(24 * hourMs);
    await endCoolOff(systemCtx("test"), held.id);
    expect(await statusOf(held.id)).toBe("pending_approval");
    await rejectPayout(ctxOf(desk.admin), held.id, { reason: "tidy up" });
  });

  test("what the rules hold is released by a risk analyst with a reason, and by nobody else", async () => {
    await desk.database.owner.begin(async (sql) => {
      await sql`select set_config('app.actor', 'test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`update settings set value = '1' where name = 'velocityPayoutsMax'`;
    });
    await ask(desk, 250_000n);
    const held = await ask(desk, 260_000n);
    expect(held).toMatchObject({ status: "held", holdReasons: [{ code: "velocity" }], holdUntil: null });
    expect(await refusal(releasePayout(ctxOf(desk.admin), held.id, { reason: "as an admin" }))).toMatchObject({ status: "forbidden" });
    expect(await releasePayout(ctxOf(desk.analyst), held.id, { reason: "known supplier, called back" })).toMatchObject({ status: "pending_approval", holdReasons: [] });
    await desk.database.owner.begin(async (sql) => {
      await sql`select set_config('app.actor', 'test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`update settings set value = '10000' where name = 'velocityPayoutsMax'`;
    });
  });
});

test("while payouts are stopped nobody can sign", async () => {
  const { id } = await ask(desk, 270_000n);
  const { stop } = await stopPayouts(ctxOf(desk.analyst), { reason: "something looks wrong" });
  expect((await refusal(signAs(desk.admin, id))).codes).toEqual(["stopped"]);
  for (const person of [desk.admin, desk.second]) await voteRestart(ctxOf(person), { stopId: stop?.id ?? "", reason: "checked, all is well" });
  expect(await signAs(desk.admin, id)).toMatchObject({ status: "approved" });
});

test("a request is for the maker's permission only", async () => {
  expect(
    await refusal(createPayout(ctxOf(desk.admin), { accountId: desk.accountId, beneficiaryId: desk.beneficiaryId, amountPaise: paise(1000n), purpose: "Invoice" })),
  ).toMatchObject({ status: "forbidden" });
});
