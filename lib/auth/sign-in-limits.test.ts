// Who guesses is stopped, and whoever signs in where others guess is not.
import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { failedAlready, start, wrongPassword } from "@/lib/testing/credentials";
import { useDatabase } from "@/lib/testing/database";
import { codeAt, guestAt, headersFor, newPerson, type TestPerson } from "@/lib/testing/people";
import { dayMs, hourMs, minuteMs, plusMs, secondMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { authSweeps, signInWithCode, signInWithPassword } from "./index.ts";
import { deviceCookieFor, knownDevice } from "./known-device.ts";
import { redeemTicket } from "./sessions.ts";

const database = useDatabase();

beforeAll(() => ensureVaultKeys(systemCtx("test")));

describe("limits", () => {
  test("after ten wrong passwords the right one is refused for half an hour, and then accepted", async () => {
    const person = await newPerson(["support"]);
    await wrongPassword(guestAt(start), person.email);
    await failedAlready(9);
    const locked = plusMs(start, minuteMs);
    await wrongPassword(guestAt(locked), person.email);
    await expect(signInWithPassword(guestAt(plusMs(locked, 30 * minuteMs - 1)), person)).rejects.toMatchObject({ code: "too_many_requests", retryAfterSeconds: 1 });
    await expect(signInWithPassword(guestAt(plusMs(locked, 30 * minuteMs)), person)).resolves.toHaveProperty("ticket");
  });

  test("only failures count: a person may sign in many times in a row, and success forgets earlier slips", async () => {
    const person = await newPerson(["support"]);
    for (let round = 0; round < 3; round += 1) {
      await wrongPassword(guestAt(start, "192.0.2.7"), person.email);
      await failedAlready(4);
      await expect(signInWithPassword(guestAt(start, "192.0.2.7"), person)).resolves.toHaveProperty("ticket");
    }
  });

  test("twenty failures from one address, over any accounts, close it for everyone there and for nobody elsewhere", async () => {
    const person = await newPerson(["support"]);
    await wrongPassword(guestAt(start, "198.51.100.9"), "nobody-one@test.example");
    await failedAlready(19, "address:%");
    await wrongPassword(guestAt(start, "198.51.100.9"), "nobody-two@test.example");
    await expect(signInWithPassword(guestAt(start, "198.51.100.9"), person)).rejects.toMatchObject({ code: "too_many_requests" });
    await expect(signInWithPassword(guestAt(start, "203.0.113.5"), person)).resolves.toHaveProperty("ticket");
  });
});

test("whoever changes addresses within one network is met after a hundred failures, and its people still come in by a device they know", async () => {
  const person = await newPerson(["support"]);
  const pending = await headersFor((await signInWithPassword(guestAt(start, "198.18.7.7"), person)).ticket, start);
  const { device } = await signInWithCode(guestAt(start, "198.18.7.7"), pending, { code: await codeAt(person.totpSecret, start) });
  await wrongPassword(guestAt(start, "198.18.7.1"), "nobody-three@test.example");
  await failedAlready(99, "address-network:198.18.7.0/24");
  await wrongPassword(guestAt(start, "198.18.7.2"), "nobody-four@test.example");
  await expect(signInWithPassword(guestAt(start, "198.18.7.3"), person)).rejects.toMatchObject({ code: "too_many_requests" });
  await expect(signInWithPassword(guestAt(start, "198.18.8.3"), person)).resolves.toHaveProperty("ticket");
  await expect(signInWithPassword(guestAt(start, "198.18.7.3"), person, device)).resolves.toHaveProperty("ticket");
});

test("wrong codes count for the address too, so that many stolen passwords do not give many guesses from one place", async () => {
  const [one, other] = [await newPerson(["support"]), await newPerson(["support"])];
  const enter = async (person: TestPerson) => headersFor((await signInWithPassword(guestAt(start, "198.18.9.9"), person)).ticket, start);
  const wrong = async (person: TestPerson) => {
    const headers = await enter(person);
    return signInWithCode(guestAt(start, "198.18.9.9"), headers, { code: (await codeAt(person.totpSecret, start)) === "000000" ? "000001" : "000000" });
  };
  await expect(wrong(one)).rejects.toMatchObject({ kind: "wrong_code" });
  await failedAlready(19, "code-address:198.18.9.9");
  await expect(wrong(one)).rejects.toMatchObject({ kind: "wrong_code" });
  const headers = await enter(other);
  await expect(signInWithCode(guestAt(start, "198.18.9.9"), headers, { code: await codeAt(other.totpSecret, start) })).rejects.toMatchObject({ code: "too_many_requests" });
  const { device } = await signInWithCode(guestAt(start, "198.18.10.9"), headers, { code: await codeAt(other.totpSecret, start) });
  // A browser its person has used is not in the way of what others did at this address; a device of someone else is.
  const soon = plusMs(start, minuteMs);
  const again = await headersFor((await signInWithPassword(guestAt(soon, "198.18.9.9"), other, device)).ticket, soon);
  const code = await codeAt(other.totpSecret, soon);
  const foreign = deviceCookieFor(one.userId, start);
  await expect(signInWithCode(guestAt(soon, "198.18.9.9"), again, { code, device: foreign })).rejects.toMatchObject({ code: "too_many_requests" });
  await expect(signInWithCode(guestAt(soon, "198.18.9.9"), again, { code, device })).resolves.toHaveProperty("ticket");
});

test("a code that was used before clears no counter, even asked for in the database", async () => {
  const person = await newPerson(["support"]);
  const pending = await headersFor((await signInWithPassword(guestAt(start), person)).ticket, start);
  await signInWithCode(guestAt(start), pending, { code: await codeAt(person.totpSecret, start) });
  const key = `code:${person.userId}`;
  await database.app`insert into auth_limits (key, window_start, failures) values (${key}, ${start.toISOString()}::timestamptz, 4)`;
  const use = (ahead: number) =>
    database.app.begin(async (sql) => {
      await sql`select set_config('app.actor', ${person.userId}, true), set_config('app.xid', pg_current_xact_id()::text, true)`;
      const [row] =
        await sql`select use_code(id, (last_step + ${ahead}::int)::int, array[${key}], ${start.toISOString()}::timestamptz) ->> 'used' as used from auth_factors where user_id = ${person.userId}`;
      const left = await sql`select failures from auth_limits where key = ${key}`;
      return [row?.["used"], left.length];
    });
  expect(await use(0)).toEqual(["false", 1]);
  expect(await use(1)).toEqual(["true", 0]);
});

test("the sweep forgets counters and tickets a day after they mattered, and keeps what still does", async () => {
  const person = await newPerson(["support"]);
  const tomorrow = plusMs(start, 25 * hourMs);
  await wrongPassword(guestAt(start), "sweep.old@test.example");
  await wrongPassword(guestAt(tomorrow), "sweep.new@test.example");
  await signInWithPassword(guestAt(start), person);
  const fresh = await signInWithPassword(guestAt(tomorrow), person);
  for (const sweep of authSweeps) await sweep.run({ ...systemCtx("test"), now: tomorrow });
  expect(await database.app`select 1 from auth_limits where window_start < ${plusMs(tomorrow, -24 * hourMs)}`).toHaveLength(0);
  expect(await database.app`select 1 from auth_limits where window_start = ${tomorrow}`).toHaveLength(1);
  expect(await database.app`select 1 from auth_tickets where expires_at < ${plusMs(tomorrow, -24 * hourMs)}`).toHaveLength(0);
  expect(await redeemTicket(guestAt(tomorrow), fresh.ticket)).not.toBeNull();
});

describe("a browser in which the person signed in before", () => {
  const wrong = "not this one at all";

  test("is not locked out by strangers' failures, and strangers not let in by it", async () => {
    const person = await newPerson(["finance_admin"]);
    const device = deviceCookieFor(person.userId, start);
    for (let guess = 0; guess < 5; guess += 1) await signInWithPassword(guestAt(start), { email: person.email, password: wrong }).catch(() => undefined);
    await expect(signInWithPassword(guestAt(start), person)).rejects.toMatchObject({ kind: "too_many_attempts" });
    expect(await signInWithPassword(guestAt(start), person, device)).toMatchObject({ next: "/two-factor" });
    await expect(signInWithPassword(guestAt(start), { email: person.email, password: wrong }, device)).rejects.toMatchObject({ kind: "wrong_credentials" });
  });

  test("has limits of its own", async () => {
    const person = await newPerson(["finance_admin"]);
    const device = deviceCookieFor(person.userId, start);
    for (let guess = 0; guess < 5; guess += 1) await signInWithPassword(guestAt(start), { email: person.email, password: wrong }, device).catch(() => undefined);
    await expect(signInWithPassword(guestAt(start), person, device)).rejects.toMatchObject({ kind: "too_many_attempts" });
    expect(await signInWithPassword(guestAt(start), person)).toMatchObject({ next: "/two-factor" });
  });

  test("is known by its own person's mark only, unaltered, for ninety days", () => {
    const device = deviceCookieFor("usr_a", start);
    const [name = "", issued = "", mark = ""] = device.split(".");
    expect(knownDevice(device, "usr_a", start)).toBe(name);
    expect(knownDevice(device, "usr_a", plusMs(start, 90 * dayMs - secondMs))).toBe(name);
    const others: [string | null, string, Date][] = [
      [device, "usr_b", start],
      [device, "usr_a", plusMs(start, 90 * dayMs)],
      [`${name}.${Number(issued) + 1}.${mark}`, "usr_a", start],
      [`${"A".repeat(43)}.${issued}.${mark}`, "usr_a", start],
      [`${name}.${issued}.${"A".repeat(43)}`, "usr_a", start],
      ["", "usr_a", start],
      [null, "usr_a", start],
      ["x".repeat(5000), "usr_a", start],
    ];
    for (const [cookie, userId, now] of others) expect(knownDevice(cookie, userId, now)).toBeNull();
  });
});
