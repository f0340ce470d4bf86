import { beforeAll, expect, test } from "vitest";
import { recordAudit } from "@/lib/audit";
import { findSession } from "@/lib/auth";
import { systemCtx, withTransaction } from "@/lib/context";
import { placeSetting, useDatabase } from "@/lib/testing/database";
import { watchStatements } from "@/lib/testing/statements";
import { headersFor, newPerson, openFullIn, type TestPerson } from "@/lib/testing/people";
import { dayMs, hourMs, minuteMs, plusMs, requireInstant } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { userSweeps } from "./index.ts";

const database = useDatabase();
const noon = requireInstant("2026-11-20T06:30:00Z");
const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36";
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const round = async (now: Date): Promise<void> => userSweeps.find(({ name }) => name === "users.unusual")?.run({ ...systemCtx("sweep"), now });

/** How many minutes before `now` everything has been read. */
async function behind(now: Date): Promise<number> {
  const [row] = await database.superuser<{ until: Date }[]>`select until from sweep_marks where name = 'users.unusual'`;
  return Math.round((now.getTime() - (row?.until.getTime() ?? 0)) / minuteMs);
}

/** As a worker that has run long enough to be up to date. */
async function sweep(now: Date): Promise<void> {
  do await round(now);
  while ((await behind(now)) > 15);
}

async function sessionOf(person: TestPerson, userAgent: string, at: Date): Promise<string> {
  const headers = await headersFor(await openFullIn({ ...systemCtx("test"), now: at, userAgent }, person.userId), at);
  return (await findSession(new Headers([...headers, ["user-agent", userAgent]]), { ...systemCtx("test", "guest"), now: at }))?.actor.sessionId ?? "";
}

async function act({ userId, sessionId = "ses_x" }: { userId: string; sessionId?: string }, verb: string, at: Date): Promise<void> {
  const actor = { kind: "user", userId, sessionId, roles: [], permissions: [], factor: "totp" } as const;
  await withTransaction({ ...systemCtx("test"), actor, now: at }, (tx) => recordAudit(tx, { verb, objectKind: "payout", objectId: "po_x" }));
}

async function told(person: TestPerson): Promise<Record<string, unknown>[]> {
  const rows = await database.superuser`select event, severity, fields from security_events where subject_user_id = ${person.userId} and event like 'unusual.%' order by id`;
  return rows.map((row) => ({ event: row["event"], severity: row["severity"], ...(row["fields"] as object) }));
}

test("a payout signed in a browser where somebody is seen for the first time that day is told once per session", async () => {
  const person = await newPerson(["finance_admin"], { now: plusMs(noon, -30 * dayMs) });
  const usual = await sessionOf(person, chrome, plusMs(noon, -20 * dayMs));
  await act({ ...person, sessionId: usual }, "payout.approve", plusMs(noon, -20 * dayMs));
  await sweep(plusMs(noon, -20 * dayMs));
  expect(await told(person)).toEqual([]);
  const fresh = await sessionOf(person, firefox, plusMs(noon, -2 * hourMs));
  await act({ ...person, sessionId: fresh }, "payout.create", noon);
  await sweep(noon);
  expect(await told(person)).toEqual([]);
  await act({ ...person, sessionId: fresh }, "payout.approve", noon);
  await Promise.all([sweep(noon), sweep(plusMs(noon, minuteMs))]);
  expect(await told(person)).toEqual([{ event: "unusual.new_device", severity: "warning", payoutId: "po_x", device: "Firefox on Linux", hours: 2, sessionId: fresh }]);
  const later = plusMs(noon, dayMs);
  await act({ ...person, sessionId: await sessionOf(person, firefox, later) }, "payout.approve", later);
  await sweep(later);
  expect(await told(person)).toHaveLength(1);
});

test("work at night is told once a day by the desk's hours, and once somebody has habits by their own", async () => {
  const person = await newPerson(["finance_maker"], { now: plusMs(noon, -40 * dayMs) });
  const night = (day: number) => requireInstant(`2026-11-${String(day).padStart(2, "0")}T21:10:00Z`);
  await act(person, "payout.create", night(1));
  await act(person, "payout.create", plusMs(night(1), minuteMs));
  await sweep(plusMs(night(1), 2 * minuteMs));
  await sweep(plusMs(night(1), 3 * minuteMs));
  expect(await told(person)).toEqual([{ event: "unusual.hours", severity: "warning", time: "02:40 IST", whose: "the desk's", act: "payout.create", day: "2026-11-02" }]);
  // What moves nothing is no news, at whatever hour; but it is part of the habit.
  for (let day = 2; day <= 12; day += 1) await act(person, "auth.password", night(day));
  await sweep(night(12));
  await act(person, "payout.create", night(13));
  await sweep(night(13));
  expect(await told(person)).toHaveLength(1);
  await act(person, "payout.create", noon);
  await sweep(noon);
  expect((await told(person))[1]).toMatchObject({ event: "unusual.hours", time: "12:00 IST", whose: "their usual" });
});

test("more reveals or exports within an hour than the settings allow are told once an hour, as critical", async () => {
  await placeSetting(database, "massRevealAbove", 5);
  await placeSetting(database, "massExportAbove", 2);
  const person = await newPerson(["support"], { now: plusMs(noon, -40 * dayMs) });
  for (let index = 0; index < 5; index += 1) await act(person, "beneficiary.reveal", plusMs(noon, index * minuteMs));
  for (let index = 0; index < 2; index += 1) await act(person, "users.export_report", plusMs(noon, index * minuteMs));
  await sweep(plusMs(noon, 6 * minuteMs));
  expect(await told(person)).toEqual([]);
  await act(person, "beneficiary.reveal", plusMs(noon, 7 * minuteMs));
  await act(person, "users.export_report", plusMs(noon, 7 * minuteMs));
  for (const minutes of [8, 9, 20]) await sweep(plusMs(noon, minutes * minuteMs));
  expect(await told(person)).toEqual([
    { event: "unusual.mass_reveal", severity: "critical", count: 6, reached: "2026-11-20T12:07:00+05:30" },
    { event: "unusual.mass_export", severity: "critical", count: 3, reached: "2026-11-20T12:07:00+05:30" },
  ]);
});

test("a flood of acts costs a round no more questions than the first of them", async () => {
  const person = await newPerson(["finance_maker"], { now: plusMs(noon, -40 * dayMs) });
  const asked = async (now: Date): Promise<number> => {
    const watched = await watchStatements(() => undefined);
    await sweep(now);
    watched.stop();
    return watched.count();
  };
  const later = plusMs(noon, 3 * dayMs);
  await sweep(later);
  await act(person, "payout.create", later);
  const alone = await asked(plusMs(later, minuteMs));
  for (let index = 1; index <= 30; index += 1) await act(person, index % 2 === 0 ? "payout.create" : "payout.approve", plusMs(later, index * 1000));
  expect(alone).toBeGreaterThan(0);
  expect(await asked(plusMs(later, minuteMs))).toBeLessThanOrEqual(alone + 1);
});

test("what was done while the worker was away for two hours is told once when it is back, by the acts' own times, and not again", async () => {
  await placeSetting(database, "massRevealAbove", 5);
  const person = await newPerson(["finance_admin"], { now: plusMs(noon, -40 * dayMs) });
  const away = plusMs(noon, 5 * dayMs);
  await sessionOf(person, chrome, plusMs(away, -9 * dayMs));
  await sweep(away);
  const minute = (count: number): Date => plusMs(away, count * minuteMs);
  // Two bursts, more than an hour apart: both are over before anybody looks.
  for (let index = 0; index < 7; index += 1) await act(person, "beneficiary.reveal", minute(10 + index));
  for (let index = 0; index < 6; index += 1) await act(person, "beneficiary.reveal", minute(80 + index));
  const fresh = await sessionOf(person, firefox, minute(20));
  await act({ ...person, sessionId: fresh }, "payout.approve", minute(25));
  for (const back of [120, 121, 130, 185]) await sweep(minute(back));
  expect(await told(person)).toEqual([
    { event: "unusual.new_device", severity: "warning", payoutId: "po_x", device: "Firefox on Linux", hours: 0, sessionId: fresh },
    { event: "unusual.mass_reveal", severity: "critical", count: 7, reached: "2026-11-25T12:15:00+05:30" },
    { event: "unusual.mass_reveal", severity: "critical", count: 6, reached: "2026-11-25T13:25:00+05:30" },
  ]);
});

test("a round reads at most a day, and goes on from there; a clock that was ahead loses nothing", async () => {
  const start = plusMs(noon, 10 * dayMs);
  await sweep(start);
  const back = plusMs(start, 3 * dayMs);
  await round(back);
  expect(await behind(back)).toBe(2 * 24 * 60 + 15);
  await sweep(back);
  expect(await behind(back)).toBe(15);
  await sweep(plusMs(back, dayMs));
  await sweep(back);
  expect(await behind(back)).toBe(15);
});

test("an act that appears in the trail minutes after its time is told all the same", async () => {
  const person = await newPerson(["finance_maker"], { now: plusMs(noon, -40 * dayMs) });
  const night = requireInstant("2026-12-10T20:00:00Z");
  await sweep(plusMs(night, 10 * minuteMs));
  await act(person, "payout.create", night);
  await sweep(plusMs(night, 11 * minuteMs));
  expect(await told(person)).toHaveLength(1);
});
