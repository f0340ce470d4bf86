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

const sweep = async (now: Date): Promise<void> => userSweeps.find(({ name }) => name === "users.unusual")?.run({ ...systemCtx("sweep"), now });

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
    { event: "unusual.mass_reveal", severity: "critical", count: 6 },
    { event: "unusual.mass_export", severity: "critical", count: 3 },
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
  await act(person, "payout.create", later);
  const alone = await asked(plusMs(later, minuteMs));
  for (let index = 1; index <= 30; index += 1) await act(person, index % 2 === 0 ? "payout.create" : "payout.approve", plusMs(later, index * 1000));
  expect(alone).toBeGreaterThan(0);
  expect(await asked(plusMs(later, minuteMs))).toBeLessThanOrEqual(alone + 1);
});
