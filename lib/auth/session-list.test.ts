import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { placeSetting, useDatabase } from "@/lib/testing/database";
import { guestAt, newPerson, openFull } from "@/lib/testing/people";
import { watchStatements } from "@/lib/testing/statements";
import { hourMs, minuteMs, parseInstant, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { deviceOf } from "./device.ts";
import { authenticate, endOtherSessions, endOwnSession, endSessionsByAdmin, endSessionsOf, listSessions, sessionClock } from "./index.ts";
import { loadSession } from "./session-load.ts";
import { tokenFrom } from "./tokens.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const enter = (headers: Headers, now = start): Promise<Ctx> => authenticate(new Request("http://localhost/api/me", { headers }), guestAt(now));
const ask = (headers: Headers, now = start): Promise<"in" | "out"> =>
  enter(headers, now).then(
    () => "in",
    () => "out",
  );

describe("one's own sessions", () => {
  test("are listed with device and place, the asking one marked, and nobody else's among them", async () => {
    const [person, other] = await Promise.all([newPerson(["support"]), newPerson(["support"])]);
    const here = await openFull(person.userId, start);
    await openFull(person.userId, plusMs(start, minuteMs));
    await openFull(other.userId, start);
    const { items } = await listSessions(await enter(here), person.userId, async () => "IN");
    expect(items.map((item) => [item.current, item.country, item.device, item.factor])).toEqual([
      [false, "IN", "Unknown device", "totp"],
      [true, "IN", "Unknown device", "totp"],
    ]);
    const { items: idle } = await listSessions({ ...(await enter(here)), now: plusMs(start, 15 * minuteMs) }, person.userId);
    expect(idle).toHaveLength(1);
  });

  test("end one by one and all others at once, acting on the very next request", async () => {
    const person = await newPerson(["support"]);
    const [here, second, third] = await Promise.all([0, 1, 2].map(() => openFull(person.userId, start)));
    if (here === undefined || second === undefined || third === undefined) throw new Error("three sessions were opened");
    const ctx = await enter(here);
    const secondCtx = await enter(second);
    const secondId = secondCtx.actor.kind === "user" ? secondCtx.actor.sessionId : "";
    expect(await endOwnSession(ctx, secondId)).toEqual({ ended: 1 });
    expect([await ask(here), await ask(second), await ask(third)]).toEqual(["in", "out", "in"]);
    expect(await endOwnSession(ctx, secondId)).toEqual({ ended: 0 });
    expect(await endOtherSessions(ctx)).toEqual({ ended: 1 });
    expect([await ask(here), await ask(third)]).toEqual(["in", "out"]);
  });

  test("cannot be used to end somebody else's", async () => {
    const [person, other] = await Promise.all([newPerson(["support"]), newPerson(["support"])]);
    const theirs = await openFull(other.userId, start);
    const theirCtx = await enter(theirs);
    const ctx = await enter(await openFull(person.userId, start));
    await expect(endOwnSession(ctx, theirCtx.actor.kind === "user" ? theirCtx.actor.sessionId : "")).rejects.toMatchObject({ code: "not_found" });
    expect(await ask(theirs)).toBe("in");
  });
});

test("an admin ends one or all sessions of a person; the trail says why, and each end is a security event", async () => {
  const [admin, person] = await Promise.all([newPerson(["security_admin"]), newPerson(["support"])]);
  const ctx = await enter(await openFull(admin.userId, start));
  const sessions = await Promise.all([openFull(person.userId, start), openFull(person.userId, start)]);
  expect(await endSessionsByAdmin(ctx, { userId: person.userId, sessionId: "all", reason: "laptop was stolen" })).toEqual({ ended: 2 });
  expect(await Promise.all(sessions.map((headers) => ask(headers)))).toEqual(["out", "out"]);
  expect(await database.owner`select reason from audit_log where verb = 'auth.end_sessions' and object_id = ${person.userId}`).toEqual([{ reason: "laptop was stolen" }]);
  expect(await database.owner`select fields ->> 'reason' as reason from security_events where event = 'session.ended' and subject_user_id = ${person.userId}`).toEqual([
    { reason: "ended_by_admin" },
    { reason: "ended_by_admin" },
  ]);
  await expect(endSessionsByAdmin(ctx, { userId: "usr_nobody", sessionId: "all", reason: "laptop was stolen" })).rejects.toMatchObject({ code: "not_found" });
});

test("endSessionsOf spares the one it is told to", async () => {
  const person = await newPerson(["support"]);
  const [kept, gone] = await Promise.all([openFull(person.userId, start), openFull(person.userId, start)]);
  const ctx = await enter(kept);
  const except = ctx.actor.kind === "user" ? ctx.actor.sessionId : "";
  expect(await withTransaction(ctx, (tx) => endSessionsOf(tx, person.userId, { except, reason: "password_changed" }))).toBe(1);
  expect([await ask(kept), await ask(gone)]).toEqual(["in", "out"]);
});

test("how long a session still lives is said without prolonging it when asked in the background", async () => {
  const person = await newPerson(["support"]);
  const headers = await openFull(person.userId, start);
  const later = plusMs(start, 10 * minuteMs);
  const background = new Headers([...headers, ["x-background", "1"]]);
  expect(await sessionClock(await enter(background, later), background)).toEqual({ idleSeconds: 300, absoluteSeconds: 8 * 3600 - 600 });
  expect(await sessionClock(await enter(headers, later), headers)).toEqual({ idleSeconds: 900, absoluteSeconds: 8 * 3600 - 600 });
});

test("tighter settings hold at once, for sessions opened before them as well", async () => {
  const person = await newPerson(["support"]);
  const headers = await openFull(person.userId, start);
  const set = (name: "idleMinutes" | "absoluteHours", value: number) => placeSetting(database, name, value);
  try {
    expect(await ask(headers, plusMs(start, 6 * minuteMs))).toBe("in");
    await set("idleMinutes", 5);
    expect(await ask(headers, plusMs(start, 12 * minuteMs))).toBe("out");
    await set("idleMinutes", 60);
    await set("absoluteHours", 1);
    expect([await ask(headers, plusMs(start, hourMs - 1)), await ask(headers, plusMs(start, hourMs))]).toEqual(["in", "out"]);
  } finally {
    await set("idleMinutes", 15);
    await set("absoluteHours", 8);
  }
});

test("a session is one indexed read among ten thousand", async () => {
  const person = await newPerson(["finance_admin"]);
  const headers = await openFull(person.userId, start);
  await database.superuser.begin(async (sql) => {
    await sql`alter table auth_sessions disable trigger user`;
    await sql`insert into auth_sessions (id, token_hash, user_id, level, factor, created_at, last_active_at, absolute_end_at)
      select 'ses_' || n, sha256(n::text::bytea), ${person.userId}, 'full', 'totp', ${start}, ${start}, ${plusMs(start, 8 * hourMs)} from generate_series(1, 10000) n`;
    await sql`alter table auth_sessions enable trigger user`;
  });
  await database.superuser`analyze auth_sessions`;
  const token = (await tokenFrom(headers)) ?? "";
  const plan = await database.superuser`explain select 1 from auth_sessions where token_hash = sha256('1'::bytea) and ended_at is null`;
  expect(JSON.stringify(plan)).toContain("auth_sessions_token");
  const asked: string[] = [];
  const watch = await watchStatements((_number, query) => void asked.push(query));
  expect(await loadSession(token, start)).not.toBeNull();
  watch.stop();
  expect(asked).toHaveLength(1);
});

test("a device is named in words, and what is no browser is not called one", () => {
  const named: Record<string, string> = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36": "Chrome on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0": "Edge on Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1": "Safari on an iPhone",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0": "Firefox on a Mac",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36": "Chrome on Android",
    "curl/8.9.1": "A program, not a known browser",
  };
  for (const [userAgent, words] of Object.entries(named)) expect(deviceOf(userAgent)).toBe(words);
  expect(deviceOf(null)).toBe("Unknown device");
});
