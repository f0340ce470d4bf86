import { beforeAll, describe, expect, test } from "vitest";
import type { Role } from "@/lib/access";
import { systemCtx, withTransaction } from "@/lib/context";
import { guestCtx } from "@/lib/http/guest";
import { placeSetting, useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, headersFor, newPerson, openFull, openFullIn, type TestPerson } from "@/lib/testing/people";
import { dayMs, hourMs, minuteMs, parseInstant, plusMs, secondMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { authenticate, authSweeps, disablePerson, endRole, grantRole, listSessions, signInWithCode, signInWithPassword, signOut } from "./index.ts";
import { tokenFrom, tokenHash } from "./tokens.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);
const operator = () => systemCtx("test", "operator");

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const session = (person: TestPerson, now = start): Promise<Headers> => openFull(person.userId, now);

async function signedIn(roles: readonly Role[]): Promise<{ person: TestPerson; headers: Headers }> {
  const person = await newPerson(roles, { now: plusMs(start, -minuteMs) });
  return { person, headers: await session(person) };
}

function ask(headers: Headers, now = start): Promise<"in" | "out"> {
  return authenticate(new Request("http://localhost/api/me", { headers }), guestAt(now)).then(
    () => "in",
    () => "out",
  );
}

async function permissions(headers: Headers): Promise<readonly string[]> {
  return (await authenticate(new Request("http://localhost/api/me", { headers }), guestAt(start))).actor.permissions;
}

const background = (headers: Headers): Headers => new Headers([...headers, ["x-background", "1"]]);

describe("a session ends on the very next request", () => {
  test("after sign-out, though its cookie was copied", async () => {
    const { headers } = await signedIn(["support"]);
    const copied = new Headers(headers);
    expect(await ask(copied)).toBe("in");
    await signOut(guestAt(start), headers);
    expect(await ask(copied)).toBe("out");
    expect(await signOut(guestAt(start), headers)).toEqual({ done: true });
  });

  test("after its person is disabled, on every device", async () => {
    const { person, headers } = await signedIn(["support"]);
    const other = await session(person);
    await withTransaction(operator(), (tx) => disablePerson(tx, { userId: person.userId, reason: "left" }));
    expect([await ask(headers), await ask(other)]).toEqual(["out", "out"]);
  });

  test("and its rights change with the role: one taken away is gone, one given is there, one that runs out has run out", async () => {
    const { person, headers } = await signedIn(["finance_admin"]);
    expect(await permissions(headers)).toContain("payouts.approve");
    await withTransaction(operator(), (tx) => endRole(tx, { userId: person.userId, role: "finance_admin", reason: "moved on" }));
    expect(await permissions(headers)).toEqual([]);
    await withTransaction({ ...operator(), now: plusMs(start, -secondMs) }, (tx) => grantRole(tx, { userId: person.userId, role: "auditor" }));
    expect(await permissions(headers)).toContain("audit.verify");
    await withTransaction({ ...operator(), now: plusMs(start, -secondMs) }, (tx) => grantRole(tx, { userId: person.userId, role: "owner", validUntil: start }));
    expect(await permissions(headers)).not.toContain("payouts.stop");
    await withTransaction({ ...operator(), now: plusMs(start, minuteMs) }, (tx) => grantRole(tx, { userId: person.userId, role: "risk_analyst" }));
    expect(await permissions(headers)).not.toContain("payouts.release");
  });
});

describe("a session ends by itself", () => {
  test("after fifteen idle minutes, not a moment before", async () => {
    const { headers } = await signedIn(["support"]);
    expect(await ask(headers, plusMs(start, 15 * minuteMs - 1))).toBe("in");
    const { headers: other } = await signedIn(["support"]);
    expect(await ask(other, plusMs(start, 15 * minuteMs))).toBe("out");
  });

  test("after fifteen minutes without the person, however often a page polls or prefetches", async () => {
    const { headers } = await signedIn(["support"]);
    const prefetch = new Headers([...headers, ["next-router-prefetch", "1"]]);
    for (let minute = 1; minute < 15; minute += 1)
      expect([await ask(background(headers), plusMs(start, minute * minuteMs)), await ask(prefetch, plusMs(start, minute * minuteMs))]).toEqual(["in", "in"]);
    expect(await ask(background(headers), plusMs(start, 15 * minuteMs))).toBe("out");
  });

  test("after eight hours, however busy the person was, with at most one write a minute", async () => {
    const { person, headers } = await signedIn(["support"]);
    for (let minute = 10; minute < 480; minute += 10) {
      expect(await ask(headers, plusMs(start, minute * minuteMs))).toBe("in");
      expect(await ask(headers, plusMs(start, minute * minuteMs + 59 * secondMs))).toBe("in");
      const [row] = await database.readonly`select last_active_at as at from auth_sessions where user_id = ${person.userId}`;
      expect(row?.["at"]).toEqual(plusMs(start, minute * minuteMs));
    }
    expect(await ask(headers, plusMs(start, 8 * hourMs))).toBe("out");
  });

  test("sooner near money where the setting says so: on the request, in the list, and for whoever was given such a role meanwhile", async () => {
    await placeSetting(database, "idleMinutesPrivileged", 5);
    await placeSetting(database, "absoluteHoursPrivileged", 1);
    try {
      const [maker, support] = [await signedIn(["finance_maker"]), await signedIn(["support"])];
      const at = plusMs(start, 5 * minuteMs);
      const listed = async (of: typeof maker, now: Date) => (await listSessions({ ...operator(), now }, of.person.userId)).items.length;
      expect([await listed(maker, plusMs(at, -1)), await listed(maker, at), await listed(support, at)]).toEqual([1, 0, 1]);
      expect([await ask(maker.headers, plusMs(at, -1)), await ask(support.headers, at)]).toEqual(["in", "in"]);
      expect(await ask(maker.headers, plusMs(at, 5 * minuteMs))).toBe("out");
      await withTransaction({ ...operator(), now: at }, (tx) => grantRole(tx, { userId: support.person.userId, role: "finance_maker" }));
      expect([await ask(support.headers, plusMs(at, 5 * minuteMs - 1)), await ask(support.headers, plusMs(at, 10 * minuteMs))]).toEqual(["in", "out"]);
      const busy = await signedIn(["owner"]);
      for (let minute = 4; minute < 60; minute += 4) expect(await ask(busy.headers, plusMs(start, minute * minuteMs))).toBe("in");
      expect(await ask(busy.headers, plusMs(start, hourMs))).toBe("out");
    } finally {
      await placeSetting(database, "idleMinutesPrivileged", 15);
      await placeSetting(database, "absoluteHoursPrivileged", 8);
    }
  });

  test("when the same person opens a fourth, the oldest goes; a password alone pushes none out", async () => {
    const person = await newPerson(["support"]);
    const sessions: Headers[] = [];
    for (let index = 0; index < 3; index += 1) sessions.push(await session(person, plusMs(start, index * secondMs)));
    for (let index = 0; index < 4; index += 1) await signInWithPassword(guestAt(plusMs(start, 10 * secondMs)), person);
    expect(await Promise.all(sessions.map((headers) => ask(headers, plusMs(start, 11 * secondMs))))).toEqual(["in", "in", "in"]);
    sessions.push(await session(person, plusMs(start, 20 * secondMs)));
    expect(await Promise.all(sessions.map((headers) => ask(headers, plusMs(start, 21 * secondMs))))).toEqual(["out", "in", "in", "in"]);
  });
});

test("a pending session opens nothing", async () => {
  const person = await newPerson(["owner"]);
  const { ticket } = await signInWithPassword(guestAt(start), person);
  const headers = await headersFor(ticket, start);
  await expect(authenticate(new Request("http://localhost/api/me", { headers }), guestAt(start))).rejects.toMatchObject({ code: "unauthenticated", kind: "second_factor_needed" });
  await signInWithCode(guestAt(start), headers, { code: await codeAt(person.totpSecret, start) });
  await expect(authenticate(new Request("http://localhost/api/me", { headers }), guestAt(start))).rejects.toMatchObject({ kind: "signed_out" });
});

test("a forged, foreign, truncated or absent cookie is nobody", async () => {
  const { headers } = await signedIn(["support"]);
  const cookie = headers.get("cookie") ?? "";
  const odd = [
    "",
    "__Host-sid=",
    "__Host-sid=x.y.z",
    cookie.slice(0, -4),
    cookie.replace("__Host-sid", "sid"),
    `__Host-sid=${Buffer.from('{"sid":"x"}').toString("base64url")}`,
    "__Host-sid=%E0%A4%A",
  ];
  for (const value of odd) expect(await ask(new Headers({ cookie: value }))).toBe("out");
});

test("a cookie that turns up in another kind of browser ends its session for both, loudly; a newer version of the same one does not", async () => {
  const chrome = (version: number) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;
  const person = await newPerson(["support"], { now: plusMs(start, -minuteMs) });
  const { ticket } = await signInWithPassword({ ...guestAt(start), userAgent: chrome(139) }, person);
  const pending = new Headers([...(await headersFor(ticket, start)), ["user-agent", chrome(139)]]);
  const full = await signInWithCode({ ...guestAt(start), userAgent: chrome(139) }, pending, { code: await codeAt(person.totpSecret, start) });
  const cookie = (await headersFor(full.ticket, start)).get("cookie") ?? "";
  const from = (userAgent: string | null) => ask(new Headers({ cookie, ...(userAgent === null ? {} : { "user-agent": userAgent }) }));
  expect([await from(chrome(139)), await from(chrome(140))]).toEqual(["in", "in"]);
  expect(await from("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")).toBe("out");
  expect([await from(chrome(139)), await from(null)]).toEqual(["out", "out"]);
  const events =
    await database.superuser`select severity, fields ->> 'device' as device from security_events where event = 'session.copied' and subject_user_id = ${person.userId}`;
  expect([...events]).toEqual([{ severity: "critical", device: "Firefox on Linux" }]);
});

test("a browser that says more of itself than is kept is still its own", async () => {
  const long = new Headers({
    "user-agent": `Mozilla/5.0 (Windows NT 10.0; ${"x".repeat(280)}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0`,
  });
  const person = await newPerson(["support"], { now: plusMs(start, -minuteMs) });
  const ticket = await openFullIn({ ...guestCtx({ headers: long }, "req_long"), now: start }, person.userId);
  const cookie = (await headersFor(ticket, start)).get("cookie") ?? "";
  expect(await ask(new Headers([...long, ["cookie", cookie]]))).toBe("in");
});

test("the database keeps no token or ticket, only hashes of them", async () => {
  const person = await newPerson(["support"]);
  const { ticket } = await signInWithPassword(guestAt(start), person);
  const token = (await tokenFrom(await headersFor(ticket, start))) ?? "none";
  const rows = await database.owner`select s::text || t::text as text from auth_sessions s join auth_tickets t on t.session_id = s.id where s.user_id = ${person.userId}`;
  const text = rows.map((row) => row["text"]).join("\n");
  for (const secret of [token, ticket]) {
    expect(text).toContain(Buffer.from(tokenHash(secret)).toString("hex"));
    for (const form of [secret, Buffer.from(secret).toString("hex"), Buffer.from(secret, "base64url").toString("hex")]) expect(text).not.toContain(form);
  }
});

test("a session that has been over for 90 days is thrown away, and no sooner", async () => {
  const now = plusMs(start, 400 * dayMs);
  const person = await newPerson(["support"], { now: plusMs(start, -minuteMs) });
  for (const ageDays of [92, 80]) await session(person, plusMs(now, -ageDays * dayMs));
  for (const sweep of authSweeps) {
    // Tickets keep their session; both go in one round once the tickets are old.
    await sweep.run({ ...systemCtx("sweep"), now });
  }
  const left = await database.readonly<{ at: Date }[]>`select created_at as at from auth_sessions where user_id = ${person.userId}`;
  expect(left.map(({ at }) => Math.round((now.getTime() - at.getTime()) / dayMs))).toEqual([80]);
});
