import type postgres from "postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { readPublicKey, verifyTrail } from "@/lib/audit";
import { addPasskey, findSession, freezePayoutRights, startPasskey } from "@/lib/auth";
import { config } from "@/lib/config";
import { systemCtx, withTransaction } from "@/lib/context";
import type { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { SoftAuthenticator } from "@/lib/testing/authenticator";
import { placeSetting } from "@/lib/testing/database";
import { ask, ctxOf, newBeneficiary, paidBefore, passTime, personWith, signAs, usePayoutDesk, type Person } from "@/lib/testing/payouts";
import { codeAt, openFull } from "@/lib/testing/people";
import { clockNow, hourMs, plusMs } from "@/lib/time";
import { approvePayout, dispatchPayout, getPayout, listPayouts, payoutSweeps, startApproval } from "./index.ts";
import { loadPayout, sourceOf, statementOf } from "./load.ts";
import { toStatement } from "./statement.ts";

const desk = usePayoutDesk();
beforeEach(() => passTime(31_000));

async function withDevice(): Promise<{ person: Person; device: SoftAuthenticator }> {
  const someone = await personWith("finance_admin");
  const session = await findSession(await openFull(someone.userId, clockNow()), systemCtx("test", "guest"));
  const person = { ...someone, sessionId: session?.actor.sessionId ?? "" };
  const device = new SoftAuthenticator(config().appOrigin);
  await addPasskey(ctxOf(person), { name: "Laptop", response: device.register(await startPasskey(ctxOf(person))) });
  return { person, device };
}

async function begin(person: Person, payoutId: string) {
  const { statement } = await getPayout(ctxOf(person), payoutId);
  return startApproval(ctxOf(person), payoutId, { digest: statement.digest });
}

const kindOf = (act: Promise<unknown>) =>
  act.then(
    () => "done",
    (error: AppError) => error.kind,
  );

test("a passkey signs a payout: its challenge is the envelope of exactly this statement, and the line says so", async () => {
  const { person, device } = await withDevice();
  const { id } = await ask(desk, 210_000n);
  const { challengeId, passkey } = await begin(person, id);
  const outcome = await approvePayout(ctxOf(person), id, { challengeId, passkey: device.sign(passkey ?? {}) });
  expect(outcome.status).toBe("approved");
  const { signatures, timeline } = await getPayout(ctxOf(person), id);
  expect(signatures).toContainEqual(expect.objectContaining({ state: "signed", isMe: true, factor: "passkey" }));
  expect(timeline.map((step) => step.sentence)).toContainEqual(expect.stringContaining("with a passkey for exactly this statement"));
});

test("a passkey's signature over another payout's statement, another challenge or nothing signs nothing, and is never good twice", async () => {
  const { person, device } = await withDevice();
  const [first, other] = [await ask(desk, 220_000n), await ask(desk, 230_000n)];
  const [mine, theirs, again] = [await begin(person, first.id), await begin(person, other.id), await begin(person, first.id)];
  const sign = (challengeId: string, signed: typeof mine) => kindOf(approvePayout(ctxOf(person), first.id, { challengeId, passkey: device.sign(signed.passkey ?? {}) }));
  expect(await sign(mine.challengeId, theirs)).toBe("passkey_refused");
  expect(await sign(mine.challengeId, again)).toBe("passkey_refused");
  expect(await sign(theirs.challengeId, theirs)).toBe("challenge_invalid");
  const stranger = new SoftAuthenticator(config().appOrigin);
  expect(await kindOf(approvePayout(ctxOf(person), first.id, { challengeId: mine.challengeId, passkey: stranger.sign(mine.passkey ?? {}) }))).toBe("passkey_refused");
  expect((await getPayout(ctxOf(person), first.id)).payout.status).toBe("pending_approval");
  expect(await sign(mine.challengeId, mine)).toBe("done");
  expect(await sign(mine.challengeId, mine)).toBe("challenge_invalid");
});

test("a code or passkey refused under a payout stands in the payout's own trail and in an event that names it, and so does a code spent in vain", async () => {
  const { person, device } = await withDevice();
  const { id } = await ask(desk, 235_000n);
  const { challengeId } = await begin(person, id);
  const right = await codeAt(person.totpSecret, clockNow());
  const sign = (factor: { code: string } | { passkey: ReturnType<typeof device.sign> }, challenge = challengeId) =>
    kindOf(approvePayout(ctxOf(person), id, { challengeId: challenge, ...factor }));
  expect(await sign({ code: right === "000000" ? "000001" : "000000" })).toBe("wrong_code");
  expect(await sign({ passkey: device.sign((await begin(person, id)).passkey ?? {}) })).toBe("passkey_refused");
  expect(await sign({ code: right }, newId("challenge"))).toBe("challenge_invalid");
  const rows = (found: Iterable<object>) => [...found].map((row) => ({ ...row }));
  expect(rows(await desk.database.superuser`select verb, reason, after from audit_log where object_id = ${id} and outcome = 'denied' order by id`)).toEqual([
    { verb: "payout.approve", reason: "wrong_code", after: { payoutId: id, factor: "totp" } },
    { verb: "payout.approve", reason: "signature", after: { payoutId: id, factor: "passkey" } },
  ]);
  expect(rows(await desk.database.superuser`select reason from audit_log where verb = 'auth.code_spent' and after ->> 'payoutId' = ${id}`)).toEqual([
    { reason: "challenge_invalid" },
  ]);
  expect(rows(await desk.database.superuser`select event from security_events where fields ->> 'payoutId' = ${id} and actor_id = ${person.userId} order by id`)).toEqual([
    { event: "factor.failed" },
    { event: "passkey.refused" },
  ]);
});

test("naming one payout after another fills no list: with no more codes looked at one event tells all of it, and one tells the same passkey refused again", async () => {
  const { person, device } = await withDevice();
  const { id } = await ask(desk, 236_000n);
  const mine = await begin(person, id);
  const stranger = new SoftAuthenticator(config().appOrigin);
  const strange = { challengeId: mine.challengeId, passkey: stranger.sign(mine.passkey ?? {}) };
  for (let times = 0; times < 3; times++) expect(await kindOf(approvePayout(ctxOf(person), id, strange))).toBe("passkey_refused");
  const other = newId("payout");
  expect(await kindOf(approvePayout(ctxOf(person), other, strange)), "a challenge for another payout").toBe("challenge_invalid");
  expect(await kindOf(approvePayout(ctxOf(person), other, { challengeId: mine.challengeId, passkey: device.sign(mine.passkey ?? {}) }))).toBe("challenge_invalid");
  const right = await codeAt(person.totpSecret, clockNow());
  const wrong = { challengeId: mine.challengeId, code: right === "000000" ? "000001" : "000000" };
  const kinds: string[] = [];
  for (let times = 0; times < 12; times++) kinds.push(await kindOf(approvePayout(ctxOf(person), newId("payout"), wrong)));
  const looked = kinds.filter((kind) => kind === "wrong_code").length;
  expect(kinds.slice(looked)).toEqual(Array.from({ length: 12 - looked }, () => "too_many_attempts"));
  const told = await desk.database
    .superuser`select event, fields from security_events where actor_id = ${person.userId} and event in ('factor.failed', 'passkey.refused') order by id`;
  expect(told.filter(({ event }) => event === "passkey.refused").map(({ fields }) => fields)).toEqual([{ payoutId: id, reason: "unknown_passkey" }]);
  expect(told.filter(({ fields }) => fields.reason === "too_many_attempts").map(({ fields }) => fields)).toEqual([{ reason: "too_many_attempts" }]);
  expect(told).toHaveLength(looked + 2);
  const rows = await desk.database.superuser`select reason from audit_log where actor_id = ${person.userId} and outcome = 'denied' and object_kind = 'payout'`;
  expect(rows, "the trail has every one of them").toHaveLength(3 + 12);
});

test("who came in by a recovery code signs nothing for a day: not when asking, not with a challenge from before", async () => {
  const person = await personWith("finance_admin");
  const { id } = await ask(desk, 240_000n);
  const { challengeId, passkey } = await begin(person, id);
  expect(passkey).toBeNull();
  await withTransaction(ctxOf(person), (tx) => freezePayoutRights(tx, person.userId, { reason: "recovery_code" }));
  const panel = await getPayout(ctxOf(person), id);
  expect(panel.acts.approve.reasons.map((reason) => reason.code)).toContain("payouts_frozen");
  // Nothing waits for whoever may not decide it.
  expect((await listPayouts(ctxOf(person), { queue: "waiting", limit: 50 })).items).toEqual([]);
  expect(await kindOf(begin(person, id))).toBe("approval_refused");
  expect(await kindOf(approvePayout(ctxOf(person), id, { challengeId, code: await codeAt(person.totpSecret, clockNow()) }))).toBe("approval_refused");
  passTime(25 * hourMs);
  const later = await begin(person, id);
  expect(await kindOf(approvePayout(ctxOf(person), id, { challengeId: later.challengeId, code: await codeAt(person.totpSecret, clockNow()) }))).not.toBe("approval_refused");
});

test("where approvers need passkeys a code signs nothing, and neither does a lone passkey: by command or by SQL", async () => {
  const { person, device } = await withDevice();
  const { id } = await ask(desk, 245_000n);
  const forged = (factor: "totp" | "passkey") =>
    desk.database.app
      .begin(async (sql) => {
        await sql`select set_config('app.actor', ${person.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        const own = newId("challenge");
        const at = clockNow();
        await sql`insert into approval_challenges select ${own}, id, version, ${person.userId}, 'ses_x', digest, '{}', ${plusMs(at, 60_000)}, ${at} from payouts where id = ${id}`;
        await sql`update auth_factors set last_step = last_step + 1 where user_id = ${person.userId}`;
        await sql`update passkeys set uses = uses + 1, counter = counter + 1 where user_id = ${person.userId} and removed_at is null`;
        await sql`insert into payout_approvals select ${newId("approval")}, id, ${person.userId}, ${own}, digest, ${statementOf(await loadPayout(id)).text}, ${factor}, ${at} from payouts where id = ${id}`;
        throw new Error("accepted");
      })
      .catch((error: { code?: string; message: string }) => error.code ?? error.message);
  expect([await forged("totp"), await forged("passkey")]).toEqual(["accepted", "accepted"]);
  await placeSetting(desk.database, "passkeysRequiredForApprovers", true);
  try {
    expect([await forged("totp"), await forged("passkey")]).toEqual(["CS115", "CS115"]);
    await addPasskey(ctxOf(person), { name: "Key ring", response: new SoftAuthenticator(config().appOrigin).register(await startPasskey(ctxOf(person))) });
    expect([await forged("totp"), await forged("passkey")]).toEqual(["CS115", "accepted"]);
    const { challengeId, passkey, codeAllowed } = await begin(person, id);
    expect(codeAllowed).toBe(false);
    expect(await kindOf(approvePayout(ctxOf(person), id, { challengeId, code: await codeAt(person.totpSecret, clockNow()) }))).toBe("passkey_needed");
    expect((await approvePayout(ctxOf(person), id, { challengeId, passkey: device.sign(passkey ?? {}) })).status).toBe("approved");
  } finally {
    await placeSetting(desk.database, "passkeysRequiredForApprovers", false);
  }
});

test("a vote written around this program, however genuine its row, sends nothing and is found by the trail's check", async () => {
  const { id } = await ask(desk, 260_000n);
  const { text } = statementOf(await loadPayout(id));
  await desk.database.superuser.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into payout_approvals select ${newId("approval")}, id, ${desk.admin.userId}, ${newId("challenge")}, digest, ${text}, 'totp', ${clockNow().toISOString()}::text::timestamptz from payouts where id = ${id}`;
    await sql`update payouts set status = 'approved', approvals_given = 1 where id = ${id}`;
  });
  await dispatchPayout(systemCtx("test"), id);
  const panel = await getPayout(ctxOf(desk.maker), id);
  expect(panel.payout.status).toBe("approved");
  expect(panel.attempts).toEqual([]);
  expect(panel.next).toContain("not in the audit trail");
  const { headsFile, signingKeyFile } = config().audit;
  const report = await verifyTrail({ headsFile, trust: { keys: [readPublicKey(signingKeyFile)], source: signingKeyFile, given: false } });
  expect(report.problems.filter((problem) => problem.code === "act_without_row").map((problem) => problem.sentence)).toContainEqual(
    expect.stringContaining(`signature under payout ${id}`),
  );
});

describe("what was written with the database alone sends nothing, though every row of it looks right and people signed it", () => {
  const asApp = async (run: (sql: postgres.TransactionSql) => Promise<unknown>, actor = "system:forger"): Promise<void> => {
    await desk.database.app.begin(async (sql) => {
      await sql`select set_config('app.actor', ${actor}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await run(sql);
    });
  };
  const next = async (id: string): Promise<string> => {
    await dispatchPayout(systemCtx("test"), id);
    const panel = await getPayout(ctxOf(desk.maker), id);
    expect(panel.attempts).toEqual([]);
    return panel.next;
  };

  test("a payout that nobody asked for at this desk; and the desk says so", async () => {
    const { id } = await ask(desk, 270_000n);
    const copy = newId("payout");
    const loaded = await loadPayout(id);
    const { digest } = toStatement({ ...sourceOf(loaded), id: copy });
    await asApp(async (sql) => {
      await sql`select place_hold(${newId("hold")}, ${desk.accountId}, ${copy}, 270000, 0, ${clockNow().toISOString()}::timestamptz)`;
      await sql`insert into payouts select (jsonb_populate_record(p, jsonb_build_object('id', ${copy}::text, 'digest', ${`\\x${Buffer.from(digest).toString("hex")}`}::text))).* from payouts p where id = ${id}`;
      await sql`insert into transactions select (jsonb_populate_record(t, jsonb_build_object('id', ${newId("transaction")}::text, 'source_id', ${copy}::text))).* from transactions t where source_id = ${id}`;
    });
    await signAs(desk.admin, copy);
    expect(await next(copy)).toMatch(/^.*Its request is not in the audit trail/);
    await payoutSweeps.find(({ name }) => name === "payouts.traced")?.run(systemCtx("test"));
    const said = await desk.database.superuser`select fields ->> 'payoutId' as id from security_events where event = 'payout.untraced'`;
    expect(said.map((row) => row["id"])).toEqual([copy]);
  });

  test("a held payout whose hold somebody ended by hand", async () => {
    const beneficiaryId = await newBeneficiary(desk.accountId, { agoMs: hourMs });
    await paidBefore(desk.database, desk.accountId, beneficiaryId);
    const { id, status } = await ask(desk, 280_000n, { beneficiaryId });
    expect(status).toBe("held");
    await asApp((sql) => sql`update payouts set status = 'pending_approval', hold_reasons = '[]', hold_until = null where id = ${id}`);
    await signAs(desk.admin, id);
    expect(await next(id)).toContain("That its hold ended is not in the audit trail");
  });

  test("a beneficiary that nobody added at this desk, or one made older than it is", async () => {
    const beneficiaryId = newId("beneficiary");
    const copyWith = (over: object) =>
      asApp((sql) => sql`insert into beneficiaries select (jsonb_populate_record(b, ${sql.json(over as never)}::jsonb)).* from beneficiaries b where id = ${desk.beneficiaryId}`);
    const fresh = { id: beneficiaryId, destination_hash: "\\x0102", created_by: "system:forger", gateway_status: "unregistered" };
    await expect(copyWith({ ...fresh, cool_off_until: "2026-01-01" })).rejects.toMatchObject({ code: "CS070" });
    await expect(copyWith({ ...fresh, created_by: desk.maker.userId })).rejects.toMatchObject({ code: "CS070" });
    await expect(asApp((sql) => sql`update beneficiaries set cool_off_until = created_at where id = ${desk.beneficiaryId}`)).rejects.toMatchObject({ code: "CS070" });
    await expect(asApp((sql) => sql`update beneficiaries set token_id = token_id || 'x' where id = ${desk.beneficiaryId}`)).rejects.toMatchObject({ code: "CS070" });
    await copyWith(fresh);
    // Its sealed name belongs to another row, so nothing can be asked for to it.
    await expect(ask(desk, 290_000n, { beneficiaryId })).rejects.toBeDefined();
    expect(await desk.database.superuser`select 1 from payouts where beneficiary_id = ${beneficiaryId}`).toHaveLength(0);
  });

  test("money set aside for a waiting payout is neither given back nor too little", async () => {
    const { id } = await ask(desk, 295_000n);
    await expect(asApp((sql) => sql`select release_hold(${id}, ${clockNow().toISOString()}::timestamptz)`)).rejects.toMatchObject({ code: "CS117" });
    const copy = newId("payout");
    const underHeld = asApp(async (sql) => {
      await sql`select place_hold(${newId("hold")}, ${desk.accountId}, ${copy}, 100, 0, ${clockNow().toISOString()}::timestamptz)`;
      await sql`insert into payouts select (jsonb_populate_record(p, jsonb_build_object('id', ${copy}::text))).* from payouts p where id = ${id}`;
    });
    await expect(underHeld).rejects.toMatchObject({ code: "CS116" });
    const overdrawn = asApp((sql) => sql`select place_hold(${newId("hold")}, ${desk.accountId}, ${copy}, 10000000000, -1000000000000, ${clockNow().toISOString()}::timestamptz)`);
    await expect(overdrawn).rejects.toMatchObject({ code: "CS201" });
  });
});
