import { beforeAll, expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { countryOf } from "@/lib/monitoring";
import { useDatabase } from "@/lib/testing/database";
import { newPerson, openFullIn } from "@/lib/testing/people";
import { hourMs, minuteMs, parseInstant, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);
const [india, america, office] = ["49.36.1.1", "8.8.8.8", "10.0.0.1"];

beforeAll(() => ensureVaultKeys(systemCtx("test")));

test("the country of an address is known offline, and of private addresses not at all", async () => {
  expect(await countryOf("8.8.8.8")).toBe("US");
  expect(await countryOf("49.36.1.1")).toBe("IN");
  expect(await countryOf("10.0.0.1")).toBeNull();
  expect(await countryOf("not an address")).toBeNull();
  expect(await countryOf(null)).toBeNull();
});

test("a sign-in from another country sooner than any journey ends is an event; the same country, a later day, an office network and another person are none", async () => {
  const [traveller, other] = [await newPerson(["support"]), await newPerson(["support"])];
  const enter = (minutes: number, ip: string, userId = traveller.userId) => openFullIn({ ...systemCtx("test"), now: plusMs(start, minutes * minuteMs), ip }, userId);
  await enter(0, india);
  await enter(5, india);
  await enter(6, office);
  await enter(7, america, other.userId);
  await enter(40, america);
  await enter(40 + (7 * hourMs) / minuteMs, india);
  const rows = await database.readonly<{ subject: string; severity: string; fields: Record<string, unknown> }[]>`
    select subject_user_id as subject, severity, fields - 'sessionId' as fields from security_events where event = 'session.far_away'`;
  expect(rows.map((row) => ({ ...row }))).toEqual([{ subject: traveller.userId, severity: "warning", fields: { country: "US", before: "IN", minutes: 35 } }]);
});
