import { createHmac, randomUUID } from "node:crypto";
import { expect, test } from "@playwright/test";
import postgres from "postgres";
import { send, streamOf, type RawAnswer } from "./raw.ts";
import { loadDemo } from "./support.ts";

const sources = ["payments", "payouts"] as const;
type Source = (typeof sources)[number];
type Given = { body: string | Uint8Array<ArrayBuffer>; secret?: string; timestamp?: string; headers?: Record<string, string> };

const pathOf = (source: Source): string => `/api/webhooks/cashfree/${source}`;
const secretOf = (source: Source): string => loadDemo().cashfree[source === "payments" ? "pgClientSecret" : "payoutClientSecret"];
const capBytes = 256 * 1024;

/** Signed as Cashfree signs: HMAC-SHA256 over the timestamp and the raw bytes. Reckoned here anew, not by the product. */
function deliver(source: Source, { body, secret = secretOf(source), timestamp = String(Date.now()), headers = {} }: Given): Promise<RawAnswer> {
  const signature = createHmac("sha256", secret).update(timestamp).update(body).digest("base64");
  return send(pathOf(source), { body, headers: { "content-type": "application/json", "x-webhook-timestamp": timestamp, "x-webhook-signature": signature, ...headers } });
}

async function inbox<T extends object>(read: (sql: postgres.Sql) => Promise<T[]>): Promise<T[]> {
  const sql = postgres(loadDemo().readonlyDatabaseUrl, { max: 1 });
  try {
    return [...(await read(sql))];
  } finally {
    await sql.end();
  }
}

const kept = async (source: Source, eventType: string): Promise<number> =>
  (await inbox((sql) => sql`select id from webhook_events where source = ${source} and event_type = ${eventType}`)).length;

const newestUnreadable = (source: Source, since: string) =>
  inbox<{ id: string }>((sql) => sql`select id from webhook_events where source = ${source} and status = 'for_a_person' and id > ${since} order by id`);

const lastId = async (): Promise<string> => (await inbox<{ id: string }>((sql) => sql`select id from webhook_events order by id desc limit 1`))[0]?.id ?? "";

for (const source of sources) {
  test(`${source}: every other method is 405, before anything else is looked at`, async () => {
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "PROPFIND"]) {
      const answer = await send(pathOf(source), { method, ...(["GET", "HEAD"].includes(method) ? {} : { body: "x".repeat(capBytes + 1) }) });
      expect([method, answer.status, answer.headers.get("allow")]).toEqual([method, 405, "POST"]);
    }
  });

  test(`${source}: over 256 KiB is 413, declared or not, signed or not`, async () => {
    expect((await deliver(source, { body: "x".repeat(capBytes + 1) })).status).toBe(413);
    expect((await send(pathOf(source), { body: "x".repeat(capBytes + 1) })).status).toBe(413);
    expect((await send(pathOf(source), { body: streamOf("x".repeat(1024), 300) })).status).toBe(413);
  });

  test(`${source}: a missing or wrong signature is 401 however often it is tried, and nothing is kept`, async () => {
    const type = `FORGED_${randomUUID()}`;
    const body = JSON.stringify({ type, data: {} });
    const other = secretOf(source === "payments" ? "payouts" : "payments");
    const tries: Promise<RawAnswer>[] = [
      send(pathOf(source), { body }),
      deliver(source, { body, secret: "guess" }),
      deliver(source, { body, secret: other }),
      deliver(source, { body, headers: { "x-webhook-signature": "" } }),
      deliver(source, { body, headers: { "x-webhook-signature": "'; drop table webhook_events; --" } }),
      deliver(source, { body, headers: { "x-webhook-timestamp": String(Date.now() + 60_000) } }),
      ...Array.from({ length: 30 }, () => deliver(source, { body, secret: "guess again" })),
    ];
    for (const answer of await Promise.all(tries)) {
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain(secretOf(source));
    }
    expect(await kept(source, type)).toBe(0);
  });

  test(`${source}: what is authentic is 200 and kept once: twice sent, stale, undated, of another content type, of a type nobody knows`, async () => {
    const type = `UNKNOWN_${randomUUID()}`;
    const event = (label: string): string => JSON.stringify({ type, label, data: {} });
    const key = { "x-idempotency-key": randomUUID() };
    const tries: Given[] = [
      { body: event("twice"), headers: key },
      { body: event("twice"), headers: key },
      { body: event("stale"), timestamp: String(Date.now() - 3 * 3_600_000) },
      { body: event("undated"), timestamp: "yesterday" },
      { body: event("form"), headers: { "content-type": "application/x-www-form-urlencoded" } },
    ];
    for (const given of tries) expect((await deliver(source, given)).status).toBe(200);
    await expect.poll(() => kept(source, type), { message: "each of the four is read by the worker" }).toBe(4);
  });

  test(`${source}: authentic but unreadable is 200 and waits for a person`, async () => {
    const before = await lastId();
    const event = JSON.stringify({ type: "WEBHOOK", at: randomUUID(), data: {} });
    const bodies = [new TextEncoder().encode(`\ufeff${event}`), event.slice(0, -3), new Uint8Array([0xff, 0xfe, 0x00, Date.now() % 251])];
    for (const body of bodies) expect((await deliver(source, { body })).status).toBe(200);
    await expect.poll(async () => (await newestUnreadable(source, before)).length, { timeout: 20_000 }).toBe(bodies.length);
  });
}
