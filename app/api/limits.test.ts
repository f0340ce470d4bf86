import { afterEach, beforeAll, expect, test, vi } from "vitest";
import * as z from "zod/mini";
import { setConfig } from "@/lib/config";
import { systemCtx } from "@/lib/context";
import { resetEdge } from "@/lib/edge/snapshot";
import { defineRoute } from "@/lib/http/route";
import { turnRules } from "@/lib/http/turns";
import { sensitive } from "@/lib/sensitive";
import { useDatabase } from "@/lib/testing/database";
import { newPerson, openFull } from "@/lib/testing/people";
import { clockNow, minuteMs } from "@/lib/time";
import { ensureVaultKeys } from "@/lib/vault";
import { POST as exportReport } from "./roles/report/export/route.ts";

const database = useDatabase();
beforeAll(() => ensureVaultKeys(systemCtx("test")));
afterEach(() => {
  vi.useRealTimers();
  resetEdge();
  setConfig(database.config);
});

const output = z.object({ done: z.literal(true) });
const run = async () => ({ done: true as const });
const exporting = defineRoute({ access: "session", limit: "export", object: "export", output, run });
const open = defineRoute({ access: "public", object: "nothing", output, run });
const health = defineRoute({ access: "public", limit: "health", object: "health", output, run });

/** The date stands still, so that what a test asks falls into one slice of its window however long it takes. */
function standStill(): void {
  vi.useFakeTimers({ toFake: ["Date"] });
}

const at = { params: Promise.resolve({}) };
const get = (headers: Record<string, string> = {}): Request => new Request("http://localhost:3000/api/test", { headers });

async function cookieOf(roles: Parameters<typeof newPerson>[0]): Promise<string> {
  return (await openFull((await newPerson(roles)).userId, clockNow())).get("cookie") ?? "";
}

test("a person's eleventh export within an hour is 429 with the seconds to wait, in the words of the standard, and another's is not", async () => {
  standStill();
  const [cookie, other] = [await cookieOf(["auditor"]), await cookieOf(["auditor"])];
  const left: string[] = [];
  for (let done = 0; done < 10; done += 1) {
    const answer = await exporting(get({ cookie }), at);
    expect(answer.status).toBe(200);
    left.push(answer.headers.get("ratelimit") ?? "");
    expect(answer.headers.get("ratelimit-policy")).toBe('"export";q=10;w=3600');
  }
  expect(left.at(0)).toBe('"export";r=9;t=3600');
  expect(left.at(-1)).toBe('"export";r=0;t=3600');
  const refused = await exporting(get({ cookie }), at);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(await refused.json()).toMatchObject({ status: 429, code: "rate_limited", title: expect.stringMatching(/^Too many exports\. Try again in \d+ min\.$/) as unknown });
  const seconds = Number(refused.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(3900);
  expect(refused.headers.get("ratelimit")).toBe(`"export";r=0;t=${seconds}`);
  expect((await exporting(get({ cookie: other }), at)).status).toBe(200);
  const [denied] = await database.superuser<{ said: number }[]>`select count(*)::int as said from audit_log where reason = 'rate_limited'`;
  expect(denied?.said, "a flood does not fill the trail").toBe(0);
});

test("a quota is what the setting says, a moment after it is changed", async () => {
  await database.superuser.begin(async (db) => {
    await db.unsafe("set local session_replication_role = replica");
    await db.unsafe("insert into settings (name, value, changed_by, changed_at) values ('exportsPerHour', '3', 'test', now())");
  });
  const cookie = await cookieOf(["auditor"]);
  await expect.poll(async () => (await exporting(get({ cookie }), at)).headers.get("ratelimit-policy"), { timeout: minuteMs }).toBe('"export";q=3;w=3600');
});

test("strangers without a session are counted by their address, and health is never counted", async () => {
  const answers: number[] = [];
  for (let asked = 0; asked < 320; asked += 1) answers.push((await exporting(get(), at)).status);
  expect(answers.slice(0, 250).every((status) => status === 401)).toBe(true);
  expect(answers.at(-1)).toBe(429);
  for (let asked = 0; asked < 400; asked += 1) expect((await health(get(), at)).status).toBe(200);
});

test("what comes around the proxy, or under another name, reaches no handler", async () => {
  expect((await open(get({ host: "elsewhere.example" }), at)).status).toBe(400);
  setConfig({ ...database.config, trustedHops: 1, edgeSecret: sensitive("s".repeat(32)) });
  expect(await (await open(get({ "x-forwarded-for": "203.0.113.9" }), at)).json()).toMatchObject({ status: 403, code: "not_through_edge" });
  expect((await open(get({ "x-edge-secret": "s".repeat(32) }), at)).status).toBe(200);
  expect((await health(get(), at)).status, "a watchdog beside the proxy").toBe(200);
});

test("a hundred and twenty searches a minute are a person's, told apart from what they otherwise read, and the next one says when", async () => {
  standStill();
  const searching = defineRoute({ access: "session", object: "nothing", query: z.object({ q: z.optional(z.string()) }), output, run });
  const cookie = await cookieOf(["support"]);
  const find = (): Promise<Response> => searching(new Request("http://localhost:3000/api/test?q=anand", { headers: { cookie } }), at);
  for (let done = 0; done < 120; done += 1) expect((await find()).status).toBe(200);
  const refused = await find();
  expect(refused.status).toBe(429);
  expect(refused.headers.get("ratelimit-policy")).toBe('"search";q=120;w=60');
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ code: "rate_limited", title: expect.stringMatching(/^Too many searches\. Try again in \d+ s\.$/) as unknown });
  expect((await searching(get({ cookie }), at)).headers.get("ratelimit-policy"), "a list without words").toBe('"read";q=600;w=60');
  const [told] = await database.superuser<{ said: number }[]>`select count(*)::int as said from security_events where event = 'limit.hit' and fields->>'door' = 'GET /api/test'`;
  expect(told?.said).toBeGreaterThanOrEqual(1);
});

test("what asks for a fresh factor to reveal is twenty an hour, and what asks for one to export is what the setting says, whoever wrote the door", async () => {
  standStill();
  const cookie = await cookieOf(["support"]);
  for (const [stepUp, policy] of [
    ["reveal", /^"reveal";q=20;w=3600$/],
    ["export", /^"export";q=\d+;w=3600$/],
  ] as const) {
    const door = defineRoute({ access: "session", stepUp, object: "nothing", output, run });
    expect((await door(get({ cookie }), at)).headers.get("ratelimit-policy")).toMatch(policy);
  }
  expect(
    (await exportReport(new Request("http://localhost:3000/api/roles/report/export", { method: "POST", headers: { cookie, origin: "http://localhost:3000" } }), at)).headers.get(
      "ratelimit-policy",
    ),
  ).toMatch(/^"export";q=\d+;w=3600$/);
});

test("of a costly door four run at once, the next wait their turn, and nothing of it is lost", async () => {
  const gate = Promise.withResolvers<undefined>();
  const running = { now: 0, most: 0 };
  const costly = defineRoute({
    access: "session",
    costly: true,
    object: "nothing",
    output,
    run: async () => {
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      await gate.promise;
      running.now -= 1;
      return { done: true as const };
    },
  });
  const cookie = await cookieOf(["support"]);
  const asked = Array.from({ length: 3 * turnRules.slots }, () => costly(get({ cookie }), at));
  await expect.poll(() => running.now, { timeout: minuteMs }).toBe(turnRules.slots);
  gate.resolve(undefined);
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 200));
  expect(running).toEqual({ now: 0, most: turnRules.slots });
});
