import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { toProblem } from "@/lib/http/problem";
import { failedAlready, start, wrongPassword } from "@/lib/testing/credentials";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, headersFor, newPerson, type TestPerson } from "@/lib/testing/people";
import { minuteMs, plusMs, secondMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { disablePerson, enrol, findSession, secondStep, signInWithCode, signInWithPassword } from "./index.ts";
import { redeemTicket } from "./sessions.ts";

const database = useDatabase();

beforeAll(() => ensureVaultKeys(systemCtx("test")));

async function pendingHeaders(person: TestPerson, now = start): Promise<Headers> {
  const { ticket } = await signInWithPassword(guestAt(now), person);
  return headersFor(ticket, now);
}

describe("the two steps", () => {
  test("password, then code: a pending session without a single right becomes a full one under a new id, and the old one ends", async () => {
    const person = await newPerson(["finance_admin"], { now: start });
    const pending = await pendingHeaders(person);
    const half = await findSession(pending, guestAt(start));
    expect(half).toMatchObject({ level: "password", actor: { roles: [], permissions: [], factor: null } });

    const { ticket, next } = await signInWithCode(guestAt(start), pending, { code: await codeAt(person.totpSecret, start) });
    expect(next).toBe("/overview");
    const full = await findSession(await headersFor(ticket, start), guestAt(start));
    expect(full).toMatchObject({
      level: "full",
      name: "Test Person",
      emailMasked: "p•••@test.example",
      actor: { userId: person.userId, roles: ["finance_admin"], factor: "totp" },
    });
    expect(full?.actor.sessionId).not.toBe(half?.actor.sessionId);
    expect(await findSession(pending, guestAt(start))).toBeNull();

    const trail =
      await database.readonly`select verb, outcome, actor_kind from audit_log where object_id = ${person.userId} and verb in ('auth.password', 'auth.second_factor') order by id`;
    expect(trail.map((row) => ({ ...row }))).toEqual([
      { verb: "auth.password", outcome: "done", actor_kind: "guest" },
      { verb: "auth.second_factor", outcome: "done", actor_kind: "user" },
    ]);
  });

  test("of twenty parallel second steps with one code, one opens a session", async () => {
    const person = await newPerson(["finance_admin"]);
    const pending = await pendingHeaders(person);
    const code = await codeAt(person.totpSecret, start);
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => signInWithCode(guestAt(start), pending, { code })));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    const [row] = await database.readonly`select count(*)::int as open from auth_sessions where user_id = ${person.userId} and level = 'full'`;
    expect(row?.["open"]).toBe(1);
  });

  test("a code used at one sign-in is refused at another, with the seconds until the next", async () => {
    const person = await newPerson(["finance_admin"]);
    const code = await codeAt(person.totpSecret, start);
    const [one, other] = [await pendingHeaders(person), await pendingHeaders(person)];
    await signInWithCode(guestAt(start), one, { code });
    await expect(signInWithCode(guestAt(plusMs(start, 10 * secondMs)), other, { code })).rejects.toMatchObject({ kind: "code_used", detail: { nextInSeconds: "20" } });
  });

  test("the second step needs the first, and the first one's ten minutes", async () => {
    const person = await newPerson(["finance_admin"]);
    const code = await codeAt(person.totpSecret, start);
    await expect(signInWithCode(guestAt(start), new Headers(), { code })).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signInWithCode(guestAt(start), new Headers({ cookie: "__Host-sid=forged" }), { code })).rejects.toMatchObject({ code: "unauthenticated" });
    const pending = await pendingHeaders(person);
    const late = plusMs(start, 10 * minuteMs);
    await expect(signInWithCode(guestAt(late), pending, { code: await codeAt(person.totpSecret, late) })).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("a person disabled between the steps does not get in", async () => {
    const person = await newPerson(["finance_admin"]);
    const pending = await pendingHeaders(person);
    await withTransaction(systemCtx("test"), (tx) => disablePerson(tx, { userId: person.userId, reason: "left" }));
    await expect(signInWithCode(guestAt(start), pending, { code: await codeAt(person.totpSecret, start) })).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("tickets", () => {
  test("a ticket works once, also when twenty hand it in together, and not after a minute", async () => {
    const person = await newPerson(["support"]);
    const { ticket } = await signInWithPassword(guestAt(start), person);
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeemTicket(guestAt(start), ticket)));
    expect(answers.filter((token) => token !== null)).toHaveLength(1);
    const late = await signInWithPassword(guestAt(start), person);
    expect(await redeemTicket(guestAt(plusMs(start, minuteMs)), late.ticket)).toBeNull();
    expect(await redeemTicket(guestAt(start), "made-up")).toBeNull();
  });
});

describe("nobody learns who has an account", () => {
  test("an unknown address and a wrong password are answered alike, through delays and lock, to the byte", async () => {
    const person = await newPerson(["support"]);
    const disabled = await newPerson(["support"]);
    await withTransaction(systemCtx("test"), (tx) => disablePerson(tx, { userId: disabled.userId, reason: "left" }));
    const compare = async (now: Date) => {
      const [known, barred, unknown] = await Promise.all(
        [person.email, disabled.email, "nobody.here@test.example"].map(async (email) => toProblem(await wrongPassword(guestAt(now), email), "req_same")),
      );
      expect([barred, unknown]).toEqual([known, known]);
      return known;
    };
    expect(await compare(start)).toMatchObject({ status: 401, title: "The e-mail address or password is not right." });
    await failedAlready(4);
    expect(await compare(start)).toMatchObject({ status: 401 });
    expect(await compare(start)).toMatchObject({ status: 429, title: "Too many attempts have failed. Try again in 1 s." });
    await failedAlready(9);
    expect(await compare(plusMs(start, secondMs))).toMatchObject({ status: 401 });
    expect(await compare(plusMs(start, secondMs))).toMatchObject({ status: 429, title: "Too many attempts have failed. Try again in 30 min." });
  });

  test("the right password of a disabled person is answered like a wrong one", async () => {
    const person = await newPerson(["support"]);
    await withTransaction(systemCtx("test"), (tx) => disablePerson(tx, { userId: person.userId, reason: "left" }));
    await expect(signInWithPassword(guestAt(start), person)).rejects.toMatchObject({ kind: "wrong_credentials" });
  });
});

describe("enrolment", () => {
  test("a person without a factor is made to add one: the key counts only once a code of it was right", async () => {
    const person = await newPerson(["auditor"], { enrolled: false });
    const pending = await pendingHeaders(person);
    expect(await secondStep(pending, start)).toMatchObject({ step: "enrol", name: "Test Person" });
    const { secret, qrSvg } = await enrol(guestAt(start), pending);
    expect(qrSvg).toMatch(/^<svg /);
    await expect(signInWithCode(guestAt(start), pending, { code: await codeAt(person.totpSecret, start) })).rejects.toMatchObject({ kind: "wrong_code" });
    expect(await secondStep(pending, start)).toMatchObject({ step: "enrol" });
    const { ticket } = await signInWithCode(guestAt(start), pending, { code: await codeAt(secret, start) });
    expect(await findSession(await headersFor(ticket, start), guestAt(start))).toMatchObject({ level: "full" });
    expect(await secondStep(await pendingHeaders(person), start)).toMatchObject({ step: "verify" });
  });

  test("a second key voids the first, and nobody with a confirmed factor gets another by signing in", async () => {
    const person = await newPerson(["auditor"], { enrolled: false });
    const pending = await pendingHeaders(person);
    const seen = await enrol(guestAt(start), pending);
    const kept = await enrol(guestAt(start), pending);
    await expect(signInWithCode(guestAt(start), pending, { code: await codeAt(seen.secret, start) })).rejects.toMatchObject({ kind: "wrong_code" });
    await signInWithCode(guestAt(start), pending, { code: await codeAt(kept.secret, start) });
    await expect(enrol(guestAt(start), await pendingHeaders(person))).rejects.toMatchObject({ kind: "already_enrolled" });
  });
});
