import { beforeAll, expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import type { AppError } from "@/lib/errors";
import { guestAt, newPerson } from "@/lib/testing/people";
import { useDatabase } from "@/lib/testing/database";
import { parseInstant } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { requestReset } from "./index.ts";
import { deviceCookieFor } from "./known-device.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);

beforeAll(() => ensureVaultKeys(systemCtx("test")));

const ask = (email: string, given: { ip: string; device?: string }): Promise<string> =>
  requestReset(guestAt(start, given.ip), { email }, given.device ?? null).then(
    () => "noted",
    (error: AppError) => `${error.kind}: ${error.message}`,
  );
const told = "too_many_attempts: Too many resets were asked for. Try again in 15 min, or ask a security admin: they can give you a link without this.";

test("a neighbour who asks without end closes the form to strangers of the network, and to nobody in a browser they have used", async () => {
  const [approver, colleague] = [await newPerson(["finance_admin"], { now: start }), await newPerson(["support"], { now: start })];
  // Ten addresses of the office's network ask for a hundred people between them.
  for (let asked = 0; asked < 100; asked += 1) await ask(`nobody-${asked}@test.example`, { ip: `203.0.113.${1 + (asked % 10)}` });
  expect(await ask(approver.email, { ip: "203.0.113.200" })).toBe(told);
  expect(await ask(approver.email, { ip: "198.51.100.1" })).toBe("noted");
  expect(await ask(approver.email, { ip: "203.0.113.200", device: deviceCookieFor(approver.userId, start) })).toBe("noted");
  expect(await ask(approver.email, { ip: "203.0.113.200", device: deviceCookieFor(colleague.userId, start) }), "another's browser").toBe(told);
});

test("a stranger who names a person keeps them from asking in no browser they have used, and one such browser asks no more often than five times an hour", async () => {
  const person = await newPerson(["support"], { now: start });
  for (let asked = 0; asked < 5; asked += 1) expect(await ask(person.email, { ip: "192.0.2.1" })).toBe("noted");
  expect(await ask(person.email, { ip: "192.0.2.2" })).toMatch(/^too_many_attempts: .* in 60 min/);
  const device = deviceCookieFor(person.userId, start);
  for (let asked = 0; asked < 5; asked += 1) expect(await ask(person.email, { ip: "192.0.2.1", device })).toBe("noted");
  expect(await ask(person.email, { ip: "192.0.2.1", device })).toMatch(/^too_many_attempts: /);
  const [row] = await database.app<{ asked: boolean }[]>`select reset_requested_at is not null as asked from users where id = ${person.userId}`;
  expect(row?.asked).toBe(true);
});
