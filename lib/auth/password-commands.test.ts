import { argon2Sync, randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { authPasswordHistory } from "@/db/schema/credentials";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { asPerson, canSignIn, issue, operator, phrase, start } from "@/lib/testing/credentials";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, newPerson, openFull, type TestPerson } from "@/lib/testing/people";
import { refusalOf } from "@/lib/testing/refusals";
import { hourMs, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { acceptReset, changePassword, findSession, getCredentials, guideOwnPassword, signInWithPassword } from "./index.ts";

const database = useDatabase();

beforeAll(() => ensureVaultKeys(systemCtx("test")));

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
