// What the one-time links do for whoever has no password, or has it no more.
import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx, withTransaction } from "@/lib/context";
import { toProblem } from "@/lib/http/problem";
import { asPerson, canSignIn, issue, operator, phrase, start } from "@/lib/testing/credentials";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, headersFor, newPerson, openFull } from "@/lib/testing/people";
import { refusalOf } from "@/lib/testing/refusals";
import { hourMs, minuteMs, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import {
  acceptInvitation,
  acceptReset,
  addInvited,
  findSession,
  guideLinkPassword,
  lookAtLink,
  makeRecoveryCodes,
  payoutFreezeOf,
  requestReset,
  resetFactors,
  secondStep,
  signInWithPassword,
} from "./index.ts";

const database = useDatabase();

beforeAll(() => ensureVaultKeys(systemCtx("test")));

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
