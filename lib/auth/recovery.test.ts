import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { asPerson, start } from "@/lib/testing/credentials";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, headersFor, newPerson, openFull, type TestPerson } from "@/lib/testing/people";
import { refusalOf } from "@/lib/testing/refusals";
import { hourMs, minuteMs, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import {
  confirmReplacement,
  enrol,
  findSession,
  makeRecoveryCodes,
  payoutFreezeOf,
  resetFactors,
  secondStep,
  signInWithCode,
  signInWithRecoveryCode,
  startReplacement,
} from "./index.ts";
import { openSession } from "./sessions.ts";

const database = useDatabase();

beforeAll(() => ensureVaultKeys(systemCtx("test")));

/** As after a right password, without the cost of hashing one. */
async function pendingHeaders(person: TestPerson, now = start): Promise<Headers> {
  const { ticket } = await withTransaction(guestAt(now), (tx) => openSession(tx, { userId: person.userId, level: "password" }));
  return headersFor(ticket, now);
}

async function withCodes(): Promise<{ person: TestPerson; headers: Headers; codes: string[] }> {
  const person = await newPerson(["finance_admin"], { now: start });
  const headers = await openFull(person.userId, start);
  const { codes } = await makeRecoveryCodes(await asPerson(headers));
  return { person, headers, codes };
}

const use = async (person: TestPerson, recoveryCode: string, now = start) => signInWithRecoveryCode(guestAt(now), await pendingHeaders(person, now), { recoveryCode });

describe("recovery codes", () => {
  test("ten codes of 80 bits in base32 are made; the database keeps keyed hashes only", async () => {
    const { codes } = await withCodes();
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    for (const { table } of await database.owner<{ table: string }[]>`select tablename as table from pg_tables where schemaname = 'public'`) {
      const text = (await database.owner.unsafe<{ text: string }[]>(`select t::text as text from public."${table}" t`)).map((row) => row.text).join("\n");
      expect(text, table).not.toContain(codes[0]);
      expect(text, table).not.toContain(Buffer.from(codes[0]?.replaceAll("-", "") ?? "").toString("hex"));
    }
  });

  test("a code signs in once, however it is typed, ends every other session, and freezes payout rights for 24 hours", async () => {
    const { person, headers, codes } = await withCodes();
    const typed = (codes[3] ?? "").toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l");
    const { ticket } = await use(person, typed);
    const session = await findSession(await headersFor(ticket, start), guestAt(start));
    expect(session).toMatchObject({ level: "full", actor: { userId: person.userId, factor: "recovery_code" } });
    expect(await findSession(headers, guestAt(start))).toBeNull();
    expect(await payoutFreezeOf(null, person.userId, start)).toEqual({ reason: "recovery_code", until: plusMs(start, 24 * hourMs) });
    expect(await payoutFreezeOf(null, person.userId, plusMs(start, 24 * hourMs))).toBeNull();
    expect(await refusalOf(use(person, codes[3] ?? ""))).toMatchObject({ code: "unprocessable", kind: "wrong_recovery_code" });
    const events = await database.app<
      { event: string }[]
    >`select event from security_events where subject_user_id = ${person.userId} and event in ('recovery.code_used', 'payouts.frozen') order by id`;
    expect(events.map((row) => row.event)).toEqual(["recovery.code_used", "payouts.frozen"]);
  });

  test("of twelve who present one code at once, from three half-open sign-ins, one signs in", async () => {
    const { person, codes } = await withCodes();
    const pending = [await pendingHeaders(person), await pendingHeaders(person), await pendingHeaders(person)];
    const all = [...pending, ...pending, ...pending, ...pending];
    const outcomes = await Promise.allSettled(all.map((headers) => signInWithRecoveryCode(guestAt(start), headers, { recoveryCode: codes[0] ?? "" })));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(await database.app`select 1 from auth_recovery_codes where user_id = ${person.userId} and used_at is not null`).toHaveLength(1);
    expect(await database.app`select 1 from auth_sessions where user_id = ${person.userId} and level = 'full' and ended_at is null`).toHaveLength(1);
  });

  test("another person's code is worth nothing, and guesses count with the other codes", async () => {
    const [{ codes }, { person }] = await Promise.all([withCodes(), withCodes()]);
    for (let guess = 0; guess < 5; guess += 1) expect(await refusalOf(use(person, codes[guess] ?? ""))).toMatchObject({ kind: "wrong_recovery_code" });
    expect(await refusalOf(use(person, codes[5] ?? ""))).toMatchObject({ code: "too_many_requests" });
    const pending = await pendingHeaders(person);
    const code = await codeAt(person.totpSecret, plusMs(start, minuteMs));
    expect(await refusalOf(signInWithCode(guestAt(plusMs(start, minuteMs)), pending, { code }))).toMatchObject({ code: "too_many_requests" });
  });

  test("fresh codes need a step-up and void the old ones; only who has none and has just signed in needs no other sign", async () => {
    const { person, headers, codes } = await withCodes();
    expect(await refusalOf(makeRecoveryCodes(await asPerson(headers)))).toMatchObject({ code: "forbidden", kind: "step_up_needed" });
    const later = await newPerson(["support"], { now: start });
    const late = await openFull(later.userId, start);
    expect(await refusalOf(makeRecoveryCodes(await asPerson(late, plusMs(start, 5 * minuteMs))))).toMatchObject({ kind: "step_up_needed" });
    await withTransaction(await asPerson(headers), async (tx) => {
      await tx.db.execute(sql`update auth_factors set last_step = last_step + 1 where user_id = ${person.userId}`);
      await tx.db.execute(
        sql`insert into step_ups (session_id, act, factor, granted_at) select id, 'factor', 'totp', ${start.toISOString()} from auth_sessions where user_id = ${person.userId} and ended_at is null`,
      );
    });
    const fresh = await makeRecoveryCodes(await asPerson(headers));
    expect(await refusalOf(use(person, codes[0] ?? ""))).toMatchObject({ kind: "wrong_recovery_code" });
    await expect(use(person, fresh.codes[0] ?? "")).resolves.toHaveProperty("ticket");
  });

  test("two windows that make the first codes at once do not both believe theirs are good", async () => {
    const person = await newPerson(["support"], { now: start });
    const ctx = await asPerson(await openFull(person.userId, start));
    const outcomes = await Promise.allSettled([makeRecoveryCodes(ctx), makeRecoveryCodes(ctx), makeRecoveryCodes(ctx)]);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(await database.app`select 1 from auth_recovery_codes where user_id = ${person.userId} and ended_at is null`).toHaveLength(10);
  });

  test("what is no recovery code at all is refused before anything is looked up", async () => {
    const { person } = await withCodes();
    const pending = await pendingHeaders(person);
    const wrong: unknown[] = [
      null,
      ["0000-0000-0000-0000"],
      { $ne: "" },
      0,
      "",
      "１２３４１２３４１２３４１２３４",
      `${"0".repeat(15)}\0`,
      `${"0".repeat(15)}\ud83d`,
      "0".repeat(17),
      "0".repeat(100_000),
    ];
    for (const recoveryCode of wrong)
      expect(await refusalOf(signInWithRecoveryCode(guestAt(start), pending, { recoveryCode: recoveryCode as string }))).toMatchObject({
        code: "unprocessable",
        kind: "invalid_code",
      });
    expect(await database.app`select 1 from auth_limits where key = ${`code:${person.userId}`}`).toHaveLength(0);
  });
});

describe("a reset of factors", () => {
  test("ends the app, the passkeys, the codes and the sessions; the next sign-in starts with enrolment and payout rights are frozen", async () => {
    const { person, headers, codes } = await withCodes();
    const freeze = await withTransaction({ ...systemCtx("test", "operator"), now: start }, (tx) => resetFactors(tx, person.userId));
    expect(freeze).toEqual({ reason: "factors_reset", until: plusMs(start, 24 * hourMs) });
    expect(await findSession(headers, guestAt(start))).toBeNull();
    const pending = await pendingHeaders(person);
    expect(await secondStep(pending, start)).toMatchObject({ step: "enrol" });
    expect(await refusalOf(signInWithRecoveryCode(guestAt(start), pending, { recoveryCode: codes[0] ?? "" }))).toMatchObject({ kind: "wrong_recovery_code" });
    const { secret } = await enrol(guestAt(start), pending);
    const { ticket, next } = await signInWithCode(guestAt(start), pending, { code: await codeAt(secret, start) });
    expect(next).toBe("/recovery-codes");
    expect((await makeRecoveryCodes(await asPerson(await headersFor(ticket, start)))).codes).toHaveLength(10);
  });
});

describe("moving to another phone", () => {
  /** As if a code had been shown for this kind of act a moment ago. */
  const stepUp = async (ctx: Ctx, userId: string) =>
    withTransaction(ctx, async (tx) => {
      await tx.db.execute(sql`update auth_factors set last_step = last_step + 1 where user_id = ${userId} and status = 'active'`);
      await tx.db
        .execute(sql`insert into step_ups (session_id, act, factor, granted_at) select id, 'factor', 'totp', ${start.toISOString()} from auth_sessions where user_id = ${userId} and ended_at is null
        on conflict (session_id, act) do nothing`);
    });

  test("the old app holds until a code of the new one is right; then it alone signs, and other sessions end", async () => {
    const person = await newPerson(["support"], { now: start });
    const [here, elsewhere] = [await openFull(person.userId, start), await openFull(person.userId, start)];
    const ctx = await asPerson(here);
    expect(await refusalOf(startReplacement(ctx))).toMatchObject({ kind: "step_up_needed" });
    await stepUp(ctx, person.userId);
    const { secret } = await startReplacement(ctx);
    const old = await codeAt(person.totpSecret, start);
    expect(await refusalOf(confirmReplacement(ctx, { code: old }))).toMatchObject({ kind: "wrong_code" });
    expect(await findSession(elsewhere, guestAt(start))).not.toBeNull();
    const code = await codeAt(secret, start);
    const outcomes = await Promise.allSettled([confirmReplacement(ctx, { code }), confirmReplacement(ctx, { code })]);
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect([(await findSession(here, guestAt(start))) === null, (await findSession(elsewhere, guestAt(start))) === null]).toEqual([false, true]);
    const later = plusMs(start, minuteMs);
    expect(await refusalOf(signInWithCode(guestAt(later), await pendingHeaders(person, later), { code: await codeAt(person.totpSecret, later) }))).toMatchObject({
      kind: "wrong_code",
    });
    await expect(signInWithCode(guestAt(later), await pendingHeaders(person, later), { code: await codeAt(secret, later) })).resolves.toMatchObject({ next: "/overview" });
    const factors = await database.app<{ status: string }[]>`select status from auth_factors where user_id = ${person.userId} order by created_at, status`;
    expect(factors.map((row) => row.status).sort()).toEqual(["active", "removed"]);
  });

  test("whoever came in by a recovery code cannot take the account over: it needs a factor, or two administrators", async () => {
    const { person, codes } = await withCodes();
    const { ticket } = await use(person, codes[0] ?? "");
    const ctx = await asPerson(await headersFor(ticket, start));
    expect(await refusalOf(startReplacement(ctx))).toMatchObject({ kind: "step_up_needed" });
    expect(await refusalOf(makeRecoveryCodes(ctx))).toMatchObject({ kind: "step_up_needed" });
  });
});

describe("a freeze of payout rights", () => {
  // What a vote's trigger asks; lib/payouts proves that it does.
  const frozen = async (userId: string, at: Date) => (await database.app<{ frozen: boolean }[]>`select payout_frozen(${userId}, ${at}) as frozen`)[0]?.frozen;

  test("the database knows it until it ends, also for a vote dated back before it began, and for nobody else", async () => {
    const { person, codes } = await withCodes();
    const other = await newPerson(["finance_admin"], { now: start });
    const frozenAt = plusMs(start, minuteMs);
    await use(person, codes[0] ?? "", frozenAt);
    const asked = await Promise.all([start, frozenAt, plusMs(frozenAt, 24 * hourMs - 1), plusMs(frozenAt, 24 * hourMs)].map((at) => frozen(person.userId, at)));
    expect(asked).toEqual([true, true, true, false]);
    expect(await frozen(other.userId, frozenAt)).toBe(false);
  });

  test("nobody shortens it: the application may neither change nor remove a freeze", async () => {
    for (const statement of ["update payout_freezes set until = frozen_at", "delete from payout_freezes", "truncate payout_freezes"])
      await expect(database.app.unsafe(statement)).rejects.toThrow(/permission denied/);
  });
});
