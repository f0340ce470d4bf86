import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as paymentsRoute from "@/app/api/webhooks/cashfree/payments/route";
import * as payoutsRoute from "@/app/api/webhooks/cashfree/payouts/route";
import { signWebhook } from "@/lib/cashfree";
import { setConfig } from "@/lib/config";
import { closePools, systemCtx } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import { sensitive } from "@/lib/sensitive";
import { useDatabase } from "@/lib/testing/database";
import { clockNow, minuteMs, secondMs } from "@/lib/time";
import { openVault } from "@/lib/vault";
import { listWebhooks, webhookSweeps } from "./index.ts";
import { Inbox, type Delivery } from "./store.ts";

const database = useDatabase();
const secret = sensitive("test_pg_secret");
const older = sensitive("older_pg_secret");

function configure(over: { secrets?: ReturnType<typeof sensitive<string>>[]; app?: string } = {}): void {
  const { config } = database;
  setConfig({
    ...config,
    database: { ...config.database, app: over.app ?? config.database.app },
    cashfree: { ...config.cashfree, pg: { ...config.cashfree.pg, webhookSecrets: over.secrets ?? [secret, older] } },
  });
}

beforeAll(async () => {
  configure();
  await openVault();
});
beforeEach(() => configure());

type Given = { body?: string | Uint8Array; headers?: Record<string, string>; timestamp?: string; signWith?: typeof secret; method?: string };

const text = new TextEncoder();
const nowMs = (): string => clockNow().getTime().toString();

function signed({ body = "{}", headers = {}, timestamp = nowMs(), signWith = secret }: Given = {}): Request {
  const raw = typeof body === "string" ? text.encode(body) : body;
  return new Request("http://localhost:3000/api/webhooks/cashfree/payments", {
    method: "POST",
    headers: { "x-webhook-timestamp": timestamp, "x-webhook-signature": signWebhook(signWith, timestamp, raw), ...headers },
    body: raw.slice().buffer,
  });
}

const stored = async (): Promise<number> => Number((await database.superuser`select count(*) as n from webhook_events`)[0]?.["n"]);
const unique = (label: string): string => JSON.stringify({ type: "NOT_FOR_US", label, at: nowMs(), data: {} });

describe("a valid delivery is stored and answered 200", () => {
  test.each<[string, () => Given]>([
    ["as it comes", () => ({ body: unique("plain") })],
    ["signed with an older secret that is still active", () => ({ body: unique("older"), signWith: older })],
    ["stamped in seconds", () => ({ body: unique("seconds"), timestamp: Math.floor(clockNow().getTime() / 1000).toString() })],
    ["stale but authentic", () => ({ body: unique("stale"), timestamp: (clockNow().getTime() - 60 * minuteMs).toString() })],
    ["with a timestamp nobody can read", () => ({ body: unique("undated"), timestamp: "yesterday" })],
    ["with a content type that is none of ours", () => ({ body: unique("form"), headers: { "content-type": "application/x-www-form-urlencoded" } })],
    ["with a byte-order mark", () => ({ body: new Uint8Array([0xef, 0xbb, 0xbf, ...text.encode(unique("bom"))]) })],
    ["with truncated JSON", () => ({ body: unique("cut").slice(0, -5) })],
    ["with bytes that are no text at all", () => ({ body: new Uint8Array([0xff, 0xfe, 0x00, 0x01, Number(nowMs()) % 251]) })],
    ["with an empty body", () => ({ body: "" })],
    ["just under 256 KiB", () => ({ body: "x".repeat(256 * 1024) })],
  ])("%s", async (_name, given) => {
    const before = await stored();
    expect((await paymentsRoute.POST(signed(given()))).status).toBe(200);
    expect(await stored()).toBe(before + 1);
  });
});

test("a duplicate is answered 200 and kept once; the same key with another body is kept as its own row", async () => {
  const before = await stored();
  const headers = { "x-idempotency-key": `key-${nowMs()}` };
  const [first, second] = [unique("one"), unique("two")];
  for (const body of [first, first, second, first]) expect((await paymentsRoute.POST(signed({ body, headers }))).status).toBe(200);
  expect(await stored()).toBe(before + 2);
});

test("one captured delivery sent again under ever new keys, which nobody signs, is kept once", async () => {
  const before = await stored();
  const body = unique("captured");
  for (const key of ["first", "second", "third", ""]) expect((await paymentsRoute.POST(signed({ body, headers: { "x-idempotency-key": key } }))).status).toBe(200);
  expect(await stored()).toBe(before + 1);
});

describe("a database that does not answer", () => {
  const delivery = {} as Delivery;
  const full = (error: unknown): boolean => isAppError(error, "inbox_full") && error.retryAfterSeconds !== undefined;

  test("lets a thousand wait and refuses the next at once; when the connection is lost all are told", async () => {
    const answer = Promise.withResolvers<void>();
    const inbox = new Inbox(() => answer.promise);
    const waiting = Array.from({ length: 1001 }, () =>
      inbox.store(delivery).then(
        () => "kept",
        () => "told",
      ),
    );
    await expect(inbox.store(delivery)).rejects.toSatisfy(full);
    answer.reject(Object.assign(new Error("gone"), { code: "CONNECTION_CLOSED" }));
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["told"]));
  });

  test("makes nobody wait for ever, and a row it refuses does not refuse its neighbours", async () => {
    const never = new Inbox(() => new Promise(() => undefined));
    await expect(never.store(delivery)).rejects.toSatisfy(full);
    const bad = { ...delivery, id: "bad" };
    const picky = new Inbox((batch) => (batch.some(({ id }) => id === "bad") ? Promise.reject(new Error("refused")) : Promise.resolve()));
    const answers = await Promise.allSettled([delivery, delivery, bad, delivery].map((one) => picky.store(one)));
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  });
});

test("a hundred deliveries at once, half of them repeats, are each answered 200 and kept once, each with one nudge", async () => {
  const before = await stored();
  const bodies = Array.from({ length: 50 }, (_, index) => unique(`burst ${index}`));
  const answers = await Promise.all([...bodies, ...bodies].map((body) => paymentsRoute.POST(signed({ body }))));
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
  expect(await stored()).toBe(before + 50);
  const [jobs] = await database.superuser`select count(*)::int as n, count(distinct key)::int as keys from jobs where name = 'webhook.apply'`;
  expect(jobs?.["n"]).toBe(await stored());
  expect(jobs?.["keys"]).toBe(jobs?.["n"]);
});

describe("an invalid one is refused and leaves nothing", () => {
  test.each<[number, string, () => Request]>([
    [401, "without a signature", () => new Request("http://localhost/", { method: "POST", body: "{}", headers: { "x-webhook-timestamp": nowMs() } })],
    [401, "without a timestamp", () => signed({ headers: { "x-webhook-timestamp": "" } })],
    [401, "with another secret's signature", () => signed({ signWith: sensitive("guess") })],
    [401, "signed with an empty secret", () => signed({ signWith: sensitive("") })],
    [401, "with a signature over another body", () => signed({ body: "{}", headers: { "x-webhook-signature": signWebhook(secret, nowMs(), text.encode("{ }")) } })],
    [401, "with a signature that is no base64", () => signed({ headers: { "x-webhook-signature": "'; drop table webhook_events" } })],
    [413, "over 256 KiB, even when it is authentic", () => signed({ body: "x".repeat(256 * 1024 + 1) })],
    [413, "over 256 KiB and unsigned: size is looked at first", () => new Request("http://localhost/", { method: "POST", body: "x".repeat(300 * 1024) })],
  ])("%i %s", async (status, _name, request) => {
    const before = await stored();
    expect((await paymentsRoute.POST(request())).status).toBe(status);
    expect(await stored()).toBe(before);
  });

  test("404 when no secret is configured, or only empty ones, whatever else is wrong", async () => {
    for (const secrets of [[], [sensitive("")]]) {
      configure({ secrets });
      expect((await paymentsRoute.POST(signed({ signWith: sensitive("") }))).status).toBe(404);
      expect((await paymentsRoute.POST(new Request("http://localhost/", { method: "POST", body: "x".repeat(300 * 1024) }))).status).toBe(404);
    }
  });

  test.each(["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"] as const)("405 for %s on both receivers, before anything else", async (method) => {
    configure({ secrets: [] });
    for (const route of [paymentsRoute, payoutsRoute]) {
      const answer = await route[method](new Request("http://localhost/", { method }));
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    }
  });

  test("503 with Retry-After when it cannot be stored durably, and it works again when the database is back", async () => {
    await closePools();
    configure({ app: "postgres://countersign_app@127.0.0.1:9/none" });
    const refused = await paymentsRoute.POST(signed({ body: unique("down") }));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    await closePools();
    configure();
    expect((await paymentsRoute.POST(signed({ body: unique("up") }))).status).toBe(200);
  });
});

test("the body is kept sealed and exact, and only headers worth keeping are kept", async () => {
  const body = JSON.stringify({ type: "X", secretly: "9876543210" });
  await paymentsRoute.POST(signed({ body, headers: { cookie: "session=1", "x-webhook-attempt": "2" } }));
  const [row] = await database.superuser`select id, encode(body_ct, 'escape') as ct, headers::text as headers from webhook_events order by id desc limit 1`;
  expect(row?.["ct"]).not.toContain("9876543210");
  expect(row?.["headers"]).not.toContain("session");
});

test("the inbox says which secret verified a delivery, its lane and its attempt, and never shows a body", async () => {
  await paymentsRoute.POST(signed({ body: unique("inbox"), signWith: older, timestamp: "1700000000", headers: { "x-webhook-attempt": "3" } }));
  const [row] = (await listWebhooks(systemCtx("test"), {})).items;
  expect(row).toMatchObject({ lane: "stale", signedWithCurrent: false, attempt: "3", status: "received" });
  expect(JSON.stringify(row)).not.toContain("inbox");
});

test("a delivery whose nudge was lost gets a new one from the sweep, and never two", async () => {
  await database.superuser`delete from jobs`;
  const later = { ...systemCtx("sweep"), now: new Date(clockNow().getTime() + 10 * secondMs) };
  for (const sweep of webhookSweeps) {
    await sweep.run(later);
    await sweep.run(later);
  }
  const [jobs] = await database.superuser`select count(*)::int as n from jobs where name = 'webhook.apply'`;
  expect(jobs?.["n"]).toBe(Math.min(await stored(), 200));
});
