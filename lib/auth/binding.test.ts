import { beforeAll, expect, test } from "vitest";
import { config, setConfig } from "@/lib/config";
import { systemCtx } from "@/lib/context";
import { sayOwed } from "@/lib/monitoring";
import { peerHeader } from "@/lib/testing/api-client";
import { useDatabase } from "@/lib/testing/database";
import { guestAt, headersFor, newPerson, openFullIn } from "@/lib/testing/people";
import { minuteMs, parseInstant, plusMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { authenticate, listSessions } from "./index.ts";

const database = useDatabase();
const start = parseInstant("2026-11-02T10:00:00Z") ?? new Date(0);
const phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36";
const desktop = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36";
const other = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

beforeAll(async () => {
  await ensureVaultKeys(systemCtx("test"));
  setConfig({ ...config(), peerHeader });
});

async function opened(ip: string | null) {
  const person = await newPerson(["support"], { now: plusMs(start, -minuteMs) });
  const cookie = (await headersFor(await openFullIn({ ...guestAt(start, ip), userAgent: phone }, person.userId), start)).get("cookie") ?? "";
  const from = (userAgent: string, at: string) =>
    authenticate(new Request("http://localhost/api/me", { headers: { cookie, "user-agent": userAgent, [peerHeader]: at } }), guestAt(start)).then(
      () => "in",
      () => "out",
    );
  const told = async () =>
    (
      await database.superuser`select event, severity from security_events where subject_user_id = ${person.userId} and event like 'session.%' and event <> 'session.opened' order by id`
    ).map((row) => `${String(row["event"])} ${String(row["severity"])}`);
  return { person, from, told };
}

test("a browser that asks for the desktop page stays signed in where it is, there and back, and each change is told once as a warning", async () => {
  const { person, from, told } = await opened("192.0.2.10");
  expect(await from(phone, "198.51.100.9")).toBe("in");
  expect([await from(desktop, "192.0.2.77"), await from(desktop, "192.0.2.77"), await from(desktop, "192.0.2.10")]).toEqual(["in", "in", "in"]);
  const { items } = await listSessions({ ...systemCtx("test"), now: start }, person.userId);
  expect(items.map(({ device }) => device)).toEqual(["Chrome on Linux"]);
  expect(await from(phone, "192.0.2.10")).toBe("in");
  expect(await told()).toEqual(["session.other_face warning", "session.other_face warning"]);
});

test("to and fro without end fills no list: each face is told once a minute, and how often when the minute is over", async () => {
  const { from, told } = await opened("192.0.2.10");
  for (let turn = 0; turn < 20; turn += 1) expect([await from(desktop, "192.0.2.10"), await from(phone, "192.0.2.10")]).toEqual(["in", "in"]);
  expect(await told()).toEqual(["session.other_face warning", "session.other_face warning"]);
  await sayOwed(plusMs(start, minuteMs + 1));
  const times = await database.superuser`select fields ->> 'times' as times from security_events where event = 'session.other_face' order by id desc limit 2`;
  expect(times.map((row) => row["times"] as unknown)).toEqual(["19", "19"]);
});

test("its other face in another network signs in again, quietly; where no network is known, too", async () => {
  for (const [ip, at] of [
    ["192.0.2.10", "198.51.100.9"],
    ["2001:db8:1::1", "2001:db8:2::1"],
    [null, "192.0.2.10"],
  ] as const) {
    const { from, told } = await opened(ip);
    expect([await from(desktop, at), await from(phone, "192.0.2.10")], String(ip)).toEqual(["out", "out"]);
    expect(await told()).toEqual(["session.ended info", "session.face_elsewhere warning"]);
  }
});

test("a cookie copied into another kind of browser is still caught in the very same network, for both, as critical", async () => {
  const { from, told } = await opened("192.0.2.10");
  expect([await from(other, "192.0.2.10"), await from(phone, "192.0.2.10")]).toEqual(["out", "out"]);
  expect(await told()).toEqual(["session.ended info", "session.copied critical"]);
});
