import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, newPerson, openFull, type TestPerson } from "@/lib/testing/people";
import { cookieFor, tokenHash } from "./tokens.ts";
import { minuteMs, parseInstant, plusMs, secondMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import type { StepUpAct } from "./contract.ts";
import { authenticate, consumeCode, checkCode, endRole, grantRole, requireStepUp, signOut, stepUp, toSignIn } from "./index.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const enter = (headers: Headers, now: Date): Promise<Ctx> => authenticate(new Request("http://localhost/api/me", { headers }), guestAt(now));

async function kindOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return "let in";
  } catch (error) {
    return error instanceof AppError ? error.kind : String(error);
  }
}

async function stepped(person: TestPerson, act: StepUpAct, now = start): Promise<{ headers: Headers; old: Headers; ctx: Ctx }> {
  const old = await openFull(person.userId, now);
  const ctx = await enter(old, now);
  const { token } = await stepUp(ctx, { act, code: await codeAt(person.totpSecret, now) });
  const headers = new Headers({ cookie: await cookieFor(token) });
  return { headers, old, ctx: await enter(headers, now) };
}

describe("a fresh factor opens one kind of act in one session for five minutes", () => {
  test("before it the act is refused by name; after it the act is let in, and no other is", async () => {
    const person = await newPerson(["owner"]);
    const before = await enter(await openFull(person.userId, start), start);
    await expect(requireStepUp(before, "role")).rejects.toMatchObject({ code: "forbidden", kind: "step_up_needed", detail: { act: "role" } });
    const { ctx } = await stepped(person, "role");
    expect(await kindOf(requireStepUp(ctx, "role"))).toBe("let in");
    for (const other of ["reveal", "export", "key", "ip_rule", "settings", "factor"] as const) expect(await kindOf(requireStepUp(ctx, other))).toBe("step_up_needed");
  });

  test("another session of the same person has none of it", async () => {
    const person = await newPerson(["owner"]);
    await stepped(person, "role");
    const elsewhere = await enter(await openFull(person.userId, start), start);
    expect(await kindOf(requireStepUp(elsewhere, "role"))).toBe("step_up_needed");
  });

  test("it ends after five minutes, and a clock set back does not bring it forward", async () => {
    const person = await newPerson(["owner"]);
    const { ctx } = await stepped(person, "role");
    expect(await kindOf(requireStepUp({ ...ctx, now: plusMs(start, 5 * minuteMs - 1) }, "role"))).toBe("let in");
    expect(await kindOf(requireStepUp({ ...ctx, now: plusMs(start, 5 * minuteMs) }, "role"))).toBe("step_up_needed");
    expect(await kindOf(requireStepUp({ ...ctx, now: plusMs(start, -secondMs) }, "role"))).toBe("step_up_needed");
  });

  test("after sign-out its session opens nothing at all", async () => {
    const person = await newPerson(["owner"]);
    const { headers } = await stepped(person, "role");
    await signOut(guestAt(start), headers);
    expect(await kindOf(enter(headers, start))).toBe("signed_out");
  });

  test("a guest and a machine never have one", async () => {
    expect(await kindOf(requireStepUp(guestAt(start), "export"))).toBe("step_up_needed");
    expect(await kindOf(requireStepUp(systemCtx("test"), "export"))).toBe("step_up_needed");
  });
});

describe("the code of a step-up", () => {
  test("is used up: of ten at the same moment one is taken, and it opens nothing a second time, there or elsewhere", async () => {
    const person = await newPerson(["owner"]);
    const ctx = await enter(await openFull(person.userId, start), start);
    const code = await codeAt(person.totpSecret, start);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => kindOf(stepUp(ctx, { act: "key", code }))));
    expect(outcomes.filter((outcome) => outcome === "let in")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "code_used")).toHaveLength(9);
    expect(await kindOf(stepUp(ctx, { act: "role", code }))).toBe("code_used");
    expect(await kindOf(requireStepUp(ctx, "role"))).toBe("step_up_needed");
  });

  test("counts wrong guesses together with those of sign-in and approvals", async () => {
    const person = await newPerson(["owner"]);
    const ctx = await enter(await openFull(person.userId, start), start);
    const right = new Set(await Promise.all([start, plusMs(start, -30 * secondMs)].map((at) => codeAt(person.totpSecret, at))));
    const wrong = ["000000", "111111", "222222"].find((code) => !right.has(code)) ?? "333333";
    for (let guess = 0; guess < 3; guess += 1) expect(await kindOf(stepUp(ctx, { act: "key", code: wrong }))).toBe("wrong_code");
    for (let guess = 0; guess < 2; guess += 1) expect(await kindOf(checkCode(ctx, person.userId, { code: wrong, use: toSignIn(person.userId) }))).toBe("wrong_code");
    expect(await kindOf(stepUp(ctx, { act: "key", code: await codeAt(person.totpSecret, start) }))).toBe("too_many_attempts");
  });

  test("when wrong, is told from one given at sign-in: the trail and the event name the act it was for", async () => {
    const person = await newPerson(["owner"]);
    const ctx = await enter(await openFull(person.userId, start), start);
    const right = new Set(await Promise.all([start, plusMs(start, -30 * secondMs)].map((at) => codeAt(person.totpSecret, at))));
    const wrong = ["000000", "111111", "222222"].find((code) => !right.has(code)) ?? "333333";
    expect(await kindOf(stepUp(ctx, { act: "reveal", code: wrong }))).toBe("wrong_code");
    expect(await kindOf(checkCode(ctx, person.userId, { code: wrong, use: toSignIn(person.userId) }))).toBe("wrong_code");
    const rows = await database.owner`select verb, reason, after from audit_log where outcome = 'denied' and actor_id = ${person.userId} order by id`;
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { verb: "auth.step_up", reason: "wrong_code", after: { act: "reveal", factor: "totp" } },
      { verb: "auth.second_factor", reason: "wrong_code", after: { purpose: "sign_in", factor: "totp" } },
    ]);
    const told = await database.owner<{ fields: Record<string, string> }[]>`
      select fields from security_events where event = 'factor.failed' and subject_user_id = ${person.userId} order by id`;
    expect(told.map(({ fields }) => fields)).toEqual([
      { act: "reveal", reason: "wrong_code" },
      { purpose: "sign_in", reason: "wrong_code" },
    ]);
  });

  test("leaves a row in the trail and a security event that name the act", async () => {
    const person = await newPerson(["owner"]);
    await stepped(person, "settings");
    const rows = await database.owner`select after ->> 'act' as act from audit_log where verb = 'auth.step_up' and actor_id = ${person.userId}`;
    expect(rows.map((row) => row["act"])).toEqual(["settings"]);
    expect(await database.owner`select fields ->> 'act' as act from security_events where event = 'step_up.granted' and actor_id = ${person.userId}`).toEqual([
      { act: "settings" },
    ]);
  });
});

describe("a session's token is renewed, and the old one is dead at once", () => {
  test("after a step-up", async () => {
    const { headers, old } = await stepped(await newPerson(["owner"]), "role");
    expect([await kindOf(enter(old, start)), await kindOf(enter(headers, start))]).toEqual(["signed_out", "let in"]);
  });

  test("on the first request after its person's roles changed, once", async () => {
    const person = await newPerson(["auditor"], { now: plusMs(start, -minuteMs) });
    const headers = await openFull(person.userId, start);
    const tokens: string[] = [];
    const ask = (given: Headers) => kindOf(authenticate(new Request("http://localhost/api/me", { headers: given }), guestAt(start), async (token) => void tokens.push(token)));
    expect(await ask(headers)).toBe("let in");
    expect(tokens).toEqual([]);
    const operator = { ...systemCtx("test", "operator"), now: start };
    await withTransaction(operator, (tx) => grantRole(tx, { userId: person.userId, role: "support" }));
    expect(await Promise.all([ask(headers), ask(headers)])).toContain("let in");
    expect(tokens).toHaveLength(1);
    const renewed = new Headers({ cookie: await cookieFor(tokens[0] ?? "") });
    expect([await ask(headers), await ask(renewed), tokens.length]).toEqual(["signed_out", "let in", 1]);
    await withTransaction(operator, (tx) => endRole(tx, { userId: person.userId, role: "support", reason: "moved on" }));
    expect([await ask(renewed), tokens.length]).toEqual(["let in", 2]);
  });
});

describe("the application's own database role, with statements of its own", () => {
  const asActor = (run: (sql: typeof database.app) => Promise<unknown>): Promise<string> =>
    database.app
      .begin(async (sql) => {
        await sql`select set_config('app.actor', 'system:thief', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
        await run(sql as unknown as typeof database.app);
      })
      .then(
        () => "done",
        (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
      );

  test("cannot promote a session, move it to another person, lengthen it or bring it back", async () => {
    const person = await newPerson(["owner"]);
    const other = await newPerson(["support"]);
    await openFull(person.userId, start);
    const changes = [
      (sql: typeof database.app) => sql`update auth_sessions set level = 'full', factor = 'totp' where user_id = ${person.userId} and level = 'password'`,
      (sql: typeof database.app) => sql`update auth_sessions set user_id = ${other.userId} where user_id = ${person.userId}`,
      (sql: typeof database.app) => sql`update auth_sessions set absolute_end_at = absolute_end_at + interval '1 day' where user_id = ${person.userId}`,
    ];
    await database.owner.begin(async (sql) => {
      await sql`select set_config('app.actor', 'operator:test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      await sql`insert into auth_sessions (id, token_hash, user_id, level, created_at, last_active_at, absolute_end_at) values ('ses_pending', 'pending', ${person.userId}, 'password', ${start}, ${start}, ${plusMs(start, minuteMs)})`;
    });
    for (const change of changes) expect(await asActor(change)).toBe("CS020");
    expect(await asActor((sql) => sql`update auth_sessions set ended_at = ${start} where user_id = ${person.userId}`)).toBe("done");
    expect(await asActor((sql) => sql`update auth_sessions set ended_at = null where user_id = ${person.userId}`)).toBe("CS020");
  });

  test("cannot open a full session or a step-up without using a factor up, whatever it writes about one", async () => {
    const person = await newPerson(["owner"]);
    await openFull(person.userId, start);
    const open = (sql: typeof database.app, factor: string) =>
      sql`insert into auth_sessions (id, token_hash, user_id, level, factor, created_at, last_active_at, absolute_end_at) values (${`ses_${factor}`}, ${factor}, ${person.userId}, 'full', ${factor}, ${start}, ${start}, ${plusMs(start, minuteMs)})`;
    for (const factor of ["totp", "passkey", "recovery_code"]) expect(await asActor((sql) => open(sql, factor))).toBe("CS020");
    expect(
      await asActor(async (sql) => {
        await sql`update auth_factors set consumed_xid = pg_current_xact_id() where user_id = ${person.userId}`;
        await open(sql, "totp");
      }),
    ).toBe("CS020");
    const [session] = await database.owner<{ id: string }[]>`select id from auth_sessions where user_id = ${person.userId} and level = 'full'`;
    expect(await asActor((sql) => sql`insert into step_ups (session_id, act, factor, granted_at) values (${session?.id ?? ""}, 'role', 'totp', ${start})`)).toBe("CS020");
  });

  test("cannot put a token of its own into somebody's session, by any of the ways a token is renewed", async () => {
    const person = await newPerson(["owner"]);
    const headers = await openFull(person.userId, start);
    const mine = tokenHash("a token the thief knows");
    const [session] = await database.owner<{ id: string }[]>`select id from auth_sessions where user_id = ${person.userId} and level = 'full'`;
    const id = session?.id ?? "";
    const thefts: ((sql: typeof database.app) => Promise<unknown>)[] = [
      (sql) => sql`update auth_sessions set token_hash = ${mine} where id = ${id}`,
      (sql) => sql`update auth_sessions set token_hash = ${mine}, rotate_due = false where id = ${id}`,
      (sql) => sql`update auth_sessions set rotate_due = true where id = ${id}`,
      (sql) => sql`insert into auth_tickets (ticket_hash, session_id, expires_at) values (${mine}, ${id}, ${plusMs(start, minuteMs)})`,
      (sql) => sql`update auth_tickets set used_at = null, expires_at = ${plusMs(start, minuteMs)} where session_id = ${id}`,
      (sql) => sql`update auth_tickets set ticket_hash = ${mine} where session_id = ${id}`,
    ];
    for (const theft of thefts) expect(await asActor(theft)).toBe("CS020");
    expect(await kindOf(enter(headers, start))).toBe("let in");
  });

  test("cannot hang a ticket on a session that is already open, also not right after writing to that session", async () => {
    const person = await newPerson(["owner"]);
    await openFull(person.userId, start);
    const hijack = (sql: typeof database.app) =>
      sql`insert into auth_tickets (ticket_hash, session_id, expires_at) select sha256('hijackhijackhijack2'), id, ${plusMs(start, minuteMs)} from auth_sessions
        where level = 'full' and ended_at is null and user_id = ${person.userId} order by last_active_at desc limit 1 returning session_id`;
    expect(await asActor(hijack)).toBe("CS020");
    const touched = await asActor(async (sql) => {
      await sql`update auth_sessions set last_active_at = last_active_at + interval '1 second' where user_id = ${person.userId}`;
      await hijack(sql);
    });
    expect(touched).toBe("CS020");
  });

  test("cannot come in by a recovery code it made up, that was voided, or without freezing its person's payout rights", async () => {
    const person = await newPerson(["owner"]);
    const make = (sql: typeof database.app, id: string, ended: Date | null = null) =>
      sql`insert into auth_recovery_codes (id, user_id, code_index, created_at, ended_at) values (${id}, ${person.userId}, ${Buffer.from(id)}, ${start}, ${ended})`;
    const use = (sql: typeof database.app, id: string) => sql`update auth_recovery_codes set used_at = ${start} where id = ${id}`;
    const enterBy = (sql: typeof database.app) =>
      sql`insert into auth_sessions (id, token_hash, user_id, level, factor, created_at, last_active_at, absolute_end_at) values ('ses_evil', 'evil', ${person.userId}, 'full', 'recovery_code', ${start}, ${start}, ${plusMs(start, minuteMs)})`;
    const freeze = (sql: typeof database.app, forMs: number) =>
      sql`insert into payout_freezes (id, user_id, reason, frozen_at, until) values ('pfr_evil', ${person.userId}, 'recovery_code', ${start}, ${plusMs(start, forMs)})`;
    const attempt = (...steps: ((sql: typeof database.app) => Promise<unknown>)[]) =>
      asActor(async (sql) => {
        for (const step of steps) await step(sql);
      });
    const [month, hour] = [30 * 24 * 60 * minuteMs, 60 * minuteMs];
    expect(await attempt((sql) => make(sql, "rc_voided", start))).toBe("CS020");
    expect(
      await attempt(
        (sql) => make(sql, "rc_at_once"),
        (sql) => use(sql, "rc_at_once"),
      ),
    ).toBe("CS020");
    await attempt(
      (sql) => make(sql, "rc_there"),
      (sql) => make(sql, "rc_ended"),
    );
    await attempt((sql) => sql`update auth_recovery_codes set ended_at = ${start} where id = 'rc_ended'`);
    expect(
      await attempt(
        (sql) => freeze(sql, month),
        (sql) => use(sql, "rc_ended"),
        enterBy,
      ),
    ).toBe("CS020");
    expect(await attempt((sql) => use(sql, "rc_there"), enterBy)).toBe("CS020");
    expect(
      await attempt(
        (sql) => use(sql, "rc_there"),
        (sql) => freeze(sql, hour),
        enterBy,
      ),
    ).toBe("CS020");
    const stepUpBy = (sql: typeof database.app) => sql`insert into step_ups (session_id, act, factor, granted_at) values ('ses_evil', 'role', 'recovery_code', ${start})`;
    const frozen = [(sql: typeof database.app) => use(sql, "rc_there"), (sql: typeof database.app) => freeze(sql, month), enterBy];
    expect(await attempt(...frozen, stepUpBy)).toBe("CS020");
    expect(await attempt(...frozen)).toBe("done");
  });

  test("cannot turn a code's step back or give a factor to somebody else", async () => {
    const person = await newPerson(["owner"]);
    const ctx = guestAt(start);
    const checked = await checkCode(ctx, person.userId, { code: await codeAt(person.totpSecret, start), use: toSignIn(person.userId) });
    await withTransaction(ctx, (tx) => consumeCode(tx, checked));
    expect(await asActor((sql) => sql`update auth_factors set last_step = 0 where user_id = ${person.userId}`)).toBe("CS020");
    const other = await newPerson(["support"]);
    expect(await asActor((sql) => sql`update auth_factors set user_id = ${other.userId} where user_id = ${person.userId}`)).toBe("CS020");
  });
});
