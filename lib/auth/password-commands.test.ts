import { argon2Sync, randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { authPasswordHistory } from "@/db/schema/credentials";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import type { AppError } from "@/lib/errors";
import { toProblem } from "@/lib/http/problem";
import { newId } from "@/lib/ids";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, headersFor, newPerson, openFull, type TestPerson } from "@/lib/testing/people";
import { hourMs, minuteMs, parseInstant, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import {
  acceptInvitation,
  acceptReset,
  addInvited,
  authenticate,
  changePassword,
  findSession,
  getCredentials,
  guideLinkPassword,
  guideOwnPassword,
  issueLink,
  lookAtLink,
  makeRecoveryCodes,
  payoutFreezeOf,
  requestReset,
  resetFactors,
  secondStep,
  signInWithPassword,
} from "./index.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);
const operator = (now = start): Ctx => ({ ...systemCtx("test", "operator"), now });

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const asPerson = (headers: Headers, now = start): Promise<Ctx> => authenticate(new Request("https://desk.example/", { headers }), guestAt(now));

const refusalOf = (outcome: Promise<unknown>): Promise<AppError> =>
  outcome.then(
    () => Promise.reject(new Error("accepted")),
    (error: AppError) => error,
  );

/** A hash of less strength than today's, quickly made. */
function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const tag = argon2Sync("argon2id", { message: password, nonce: salt, parallelism: 1, tagLength: 32, memory: 1024, passes: 1 });
  const plain = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
  return `$argon2id$v=19$m=1024,t=1,p=1$${plain(salt)}$${plain(tag)}`;
}

let minute = 0;
/** A context and a code of their own half minute each, so that no test waits for the next. */
async function acting(person: TestPerson, headers: Headers): Promise<{ ctx: Ctx; code: string }> {
  minute += 1;
  const now = plusMs(start, minute * 1000);
  await database.app.begin(async (tx) => {
    await tx`select set_config('app.actor', 'test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await tx`delete from auth_limits`;
  });
  return { ctx: await asPerson(headers, now), code: await codeAt(person.totpSecret, now) };
}

const tokenOf = (path: string) => path.split("#")[1] ?? "";
const issue = async (userId: string, purpose: "invitation" | "reset" = "reset", now = start) =>
  tokenOf((await withTransaction(operator(now), (tx) => issueLink(tx, { userId, purpose }))).path);
const phrase = () => `lighthouse ${randomBytes(6).toString("hex")} fog`;
const canSignIn = (person: TestPerson, password: string) =>
  signInWithPassword(guestAt(start), { email: person.email, password }).then(
    () => true,
    () => false,
  );

describe("changing one's password", () => {
  test("takes the present one and a code, ends the other sessions, gives this one a new cookie, and is in the trail", async () => {
    const person = await newPerson(["support"], { now: start });
    const [here, elsewhere] = [await openFull(person.userId, start), await openFull(person.userId, start)];
    const next = phrase();
    const { ctx, code } = await acting(person, here);
    await changePassword(ctx, { current: person.password, next, code });
    expect(await findSession(here, guestAt(start))).toBeNull();
    expect(await findSession(elsewhere, guestAt(start))).toBeNull();
    const open = await database.app<{ id: string }[]>`select id from auth_sessions where user_id = ${person.userId} and ended_at is null`;
    expect(open.map((row) => row.id)).toEqual([ctx.actor.kind === "user" ? ctx.actor.sessionId : ""]);
    expect([await canSignIn(person, next), await canSignIn(person, person.password)]).toEqual([true, false]);
    const verbs = await database.app<{ verb: string }[]>`select verb from audit_log where object_id = ${person.userId} and verb = 'auth.set_password'`;
    expect(verbs).toHaveLength(1);
    expect((await getCredentials(ctx)).passwordChangedAt).toBe("2026-11-02T15:30:01+05:30");
  });

  test("without the present password, or without a good code, nothing changes", async () => {
    const person = await newPerson(["support"], { now: start });
    const { ctx, code } = await acting(person, await openFull(person.userId, start));
    const next = phrase();
    expect(await refusalOf(changePassword(ctx, { current: phrase(), next, code }))).toMatchObject({ kind: "wrong_password" });
    const wrong = code === "000000" ? "000001" : "000000";
    expect(await refusalOf(changePassword(ctx, { current: person.password, next, code: wrong }))).toMatchObject({ kind: "wrong_code" });
    expect(await refusalOf(changePassword(ctx, { current: person.password, next: "password password", code }))).toMatchObject({ kind: "weak_password" });
    expect(await canSignIn(person, person.password)).toBe(true);
    // The refused tries did not use the code up.
    await expect(changePassword(ctx, { current: person.password, next, code })).resolves.toHaveProperty("token");
  });

  test("of two changes with two codes at once one wins, and a guesser is stopped", async () => {
    const person = await newPerson(["support"], { now: start });
    const { ctx, code } = await acting(person, await openFull(person.userId, start));
    const outcomes = await Promise.allSettled([phrase(), phrase()].map((next) => changePassword(ctx, { current: person.password, next, code })));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    await withTransaction(ctx, (tx) =>
      tx.db.execute(sql`insert into auth_limits (key, window_start, failures) values (${`own-password:${person.userId}`}, ${start.toISOString()}, 9)`),
    );
    await refusalOf(changePassword(ctx, { current: phrase(), next: phrase(), code }));
    expect(await refusalOf(changePassword(ctx, { current: person.password, next: phrase(), code }))).toMatchObject({ code: "too_many_requests" });
  });

  test("the last four, the present one among them, are refused; the one before those is welcome again", async () => {
    const person = await newPerson(["support"], { now: start });
    const old = [phrase(), phrase(), phrase(), phrase()];
    await withTransaction(operator(), async (tx) => {
      for (const [index, password] of old.entries())
        await tx.db.insert(authPasswordHistory).values({
          id: newId("oldPassword"),
          userId: person.userId,
          passwordHash: Buffer.from(cheapHash(password)),
          replacedAt: plusMs(start, -index * hourMs),
        });
    });
    for (const password of [person.password, ...old.slice(0, 3)]) expect(await refusalOf(set(person, password, start))).toMatchObject({ kind: "password_used_before" });
    await expect(set(person, old[3] ?? "", start)).resolves.toEqual({ done: true });
    // Now the one that was present is among the last four.
    expect(await refusalOf(set(person, person.password, plusMs(start, hourMs)))).toMatchObject({ kind: "password_used_before" });
  });

  /** By reset links, which change a password as well and need no session. */
  async function set(person: TestPerson, password: string, now: Date): Promise<unknown> {
    const token = await issue(person.userId, "reset", now);
    return acceptReset(guestAt(now), { token, password, code: await codeAt(person.totpSecret, now) });
  }
});

describe("what a new password may be", () => {
  let ctx: Ctx;
  beforeAll(async () => {
    const person = await newPerson(["support"], { now: start });
    ctx = await asPerson(await openFull(person.userId, start));
  });
  const verdict = async (password: string) => {
    const answer = await guideOwnPassword(ctx, { password });
    return answer.acceptable ? "ok" : answer.reasons.map((reason) => reason.code).join(" ");
  };

  test("common, repeated, keyboard and context passwords are refused however long; unrelated words are welcome", async () => {
    for (const common of ["passwordpassword", "qwertyuiopasdfgh", "123456789012345", "iloveyouiloveyou", "aaaaaaaaaaaaaaaaaaaa", "P@ssw0rd12345678"])
      expect(await verdict(common), common).toMatch(/^password_(guessable|breached)$/);
    expect(await verdict("panicatthedisco")).toBe("password_breached");
    expect(await verdict("my countersign desk 7x")).toBe("password_context");
    expect(await verdict("a test of patience 88")).toBe("password_context");
    expect(await verdict("harbour pencil violet seven")).toBe("ok");
    expect(await verdict("नाव दीपस्तंभ कोहरा बंदरगाह")).toBe("ok");
    expect(await verdict(`short ${"\ud83d"} of one`)).toContain("password_text");
  });

  test("the settings decide: letters and digits where they are asked for, and a longer minimum", async () => {
    // As the superuser may: people change a setting only by a proposal that a second one accepts.
    const put = (name: string, value: boolean | number) =>
      database.superuser.begin(async (tx) => {
        await tx`set local session_replication_role = replica`;
        await tx`insert into settings (name, value, version, changed_by, changed_at) values (${name}, ${JSON.stringify(value)}::text::jsonb, 1, 'test', ${start})`;
      });
    await put("passwordLettersAndDigits", true);
    await put("passwordLengthMin", 20);
    expect(await verdict("harbour pencil violet seven")).toBe("password_mix");
    expect(await verdict("harbour pencil 77")).toBe("password_short");
    expect(await verdict("harbour pencil violet 7")).toBe("ok");
    await database.superuser.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`delete from settings`;
    });
  });
});

describe("a forgotten password", () => {
  test("is noted the same for every address: same answer, same statements, same limit", async () => {
    const person = await newPerson(["support"], { now: start });
    const nobody = `nobody-${randomBytes(4).toString("hex")}@test.example`;
    const counted = async (email: string) => {
      const [before] = await database.app<{ n: number }[]>`select count(*)::int as n from audit_log where verb = 'auth.request_reset'`;
      const answers: unknown[] = [];
      for (let round = 0; round < 6; round += 1) answers.push(await requestReset(guestAt(start), { email }).catch((error: unknown) => toProblem(error, "req_same")));
      const [after] = await database.app<{ n: number }[]>`select count(*)::int as n from audit_log where verb = 'auth.request_reset'`;
      return { answers, trail: (after?.n ?? 0) - (before?.n ?? 0) };
    };
    const [known, unknown] = [await counted(person.email), await counted(nobody)];
    expect(known).toEqual(unknown);
    expect(known.answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => ({ done: true })));
    expect(known.answers[5]).toMatchObject({ status: 429 });
    const [row] = await database.app<{ asked: boolean }[]>`select reset_requested_at is not null as asked from users where id = ${person.userId}`;
    expect(row?.asked).toBe(true);
  });

  test("a link and a code set a new one, once; every session ends, and no address or token is kept readable", async () => {
    const person = await newPerson(["support"], { now: start });
    const headers = await openFull(person.userId, start);
    const token = await issue(person.userId);
    expect(await lookAtLink(guestAt(start), { token, purpose: "reset" })).toMatchObject({
      email: person.email,
      name: "Test Person",
      needsCode: true,
      issuedBy: "The operator of this desk",
    });
    const password = phrase();
    const code = await codeAt(person.totpSecret, plusMs(start, minuteMs));
    const at = guestAt(plusMs(start, minuteMs));
    expect(await refusalOf(acceptReset(at, { token, password }))).toMatchObject({ kind: "code_needed" });
    const outcomes = await Promise.allSettled(Array.from({ length: 3 }, () => acceptReset(at, { token, password, code })));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    expect(await findSession(headers, guestAt(start))).toBeNull();
    expect(await canSignIn(person, password)).toBe(true);
    expect(await payoutFreezeOf(null, person.userId, at.now)).toBeNull();
    for (const refused of [() => acceptReset(at, { token, password: phrase(), code }), () => lookAtLink(at, { token, purpose: "reset" })])
      expect(await refusalOf(refused())).toMatchObject({ code: "gone", kind: "link_over" });
  });

  test("a recovery code stands in for the phone, and freezes payout rights", async () => {
    const person = await newPerson(["finance_admin"], { now: start });
    const { codes } = await makeRecoveryCodes(await asPerson(await openFull(person.userId, start)));
    await acceptReset(guestAt(start), { token: await issue(person.userId), password: phrase(), recoveryCode: codes[0] ?? "" });
    expect(await payoutFreezeOf(null, person.userId, start)).toMatchObject({ reason: "recovery_code" });
  });

  test("after a reset of factors the link alone is enough, and leads no further than enrolment", async () => {
    const person = await newPerson(["support"], { now: start });
    await withTransaction(operator(), (tx) => resetFactors(tx, person.userId));
    const token = await issue(person.userId);
    expect(await lookAtLink(guestAt(start), { token, purpose: "reset" })).toMatchObject({ needsCode: false });
    const password = phrase();
    await acceptReset(guestAt(start), { token, password });
    const { ticket } = await signInWithPassword(guestAt(start), { email: person.email, password });
    expect(await secondStep(await headersFor(ticket, start), start)).toMatchObject({ step: "enrol" });
  });
});

describe("an invitation", () => {
  const invite = async (now = start) => {
    const email = `new-${randomBytes(6).toString("hex")}@test.example`;
    const { userId } = await withTransaction(operator(now), (tx) => addInvited(tx, { email }));
    return { userId, email, token: await issue(userId, "invitation", now) };
  };

  test("is accepted once with a name and a password, and leads to enrolment", async () => {
    const { userId, email, token } = await invite();
    expect(await refusalOf(signInWithPassword(guestAt(start), { email, password: "harbour pencil violet" }))).toMatchObject({ kind: "wrong_credentials" });
    expect(await lookAtLink(guestAt(start), { token, purpose: "invitation" })).toMatchObject({ email, name: "", roles: [], needsCode: false });
    const guided = await guideLinkPassword(guestAt(start), { token, purpose: "invitation", password: "harbour ganymede pencil", name: "Ganymede Roy" });
    expect(guided).toMatchObject({ acceptable: false, reasons: [{ code: "password_context" }] });
    const password = phrase();
    const outcomes = await Promise.allSettled(["One Name", "Other Name", "Third Name"].map((name) => acceptInvitation(guestAt(start), { token, name, password })));
    const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    expect(won).toHaveLength(1);
    const headers = await headersFor(won[0]?.ticket ?? "", start);
    expect(await secondStep(headers, start)).toMatchObject({ step: "enrol", name: expect.stringMatching(/ Name$/) as string });
    expect(await findSession(headers, guestAt(start))).toMatchObject({ level: "password", actor: { userId, permissions: [] } });
    await expect(signInWithPassword(guestAt(start), { email, password })).resolves.toHaveProperty("ticket");
  });

  test("late, of the other purpose or with a weak password, nobody joins", async () => {
    const { userId, token } = await invite();
    const late = guestAt(plusMs(start, 24 * hourMs));
    const given = { token, name: "Asha Rao", password: phrase() };
    expect(await refusalOf(acceptInvitation(late, given))).toMatchObject({ kind: "link_over" });
    expect(await refusalOf(acceptReset(guestAt(start), { token, password: phrase() }))).toMatchObject({ kind: "link_over" });
    expect(await refusalOf(acceptInvitation(guestAt(start), { ...given, password: "asha rao is welcome" }))).toMatchObject({ kind: "weak_password" });
    const [row] = await database.app<{ status: string; hash: string | null }[]>`select status, password_hash as hash from users where id = ${userId}`;
    expect(row).toEqual({ status: "invited", hash: null });
  });

  test("the database lets nobody be active without a password, without the invitation used in that very act, or again at no time", async () => {
    const { userId } = await invite();
    const act = (set: string) => withTransaction(operator(), (tx) => tx.db.execute(sql`update users set ${sql.raw(set)} where id = ${userId}`)).catch((error: unknown) => error);
    expect(await act("status = 'active'")).toMatchObject({ cause: { code: "CS036" } });
    await act("status = 'disabled'");
    expect(await act("status = 'active'")).toMatchObject({ cause: { code: "CS036" } });
    expect(await act("status = 'active', enabled_at = now()")).toMatchObject({ cause: { constraint_name: "users_active_password" } });
  });
});

test("a hash weaker than today's is made anew when its password is right, and only then", async () => {
  const person = await newPerson(["support"], { now: start });
  const weak = cheapHash(person.password);
  await withTransaction(operator(), (tx) => tx.db.execute(sql`update users set password_hash = ${weak} where id = ${person.userId}`));
  const stored = async () => (await database.owner<{ hash: string }[]>`select password_hash as hash from users where id = ${person.userId}`)[0]?.hash;
  await refusalOf(signInWithPassword(guestAt(start), { email: person.email, password: phrase() }));
  expect(await stored()).toBe(weak);
  await signInWithPassword(guestAt(start), person);
  expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
  expect(await canSignIn(person, person.password)).toBe(true);
});
