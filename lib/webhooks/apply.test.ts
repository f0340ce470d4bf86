import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { POST } from "@/app/api/webhooks/cashfree/payments/route";
import { POST as POST_PAYOUTS } from "@/app/api/webhooks/cashfree/payouts/route";
import { createAccount } from "@/lib/accounts";
import { permissionsOf } from "@/lib/access";
import { signWebhook } from "@/lib/cashfree";
import { startTestEmulator, type TestEmulator } from "@/lib/cashfree/emulator/harness";
import { setConfig } from "@/lib/config";
import { systemCtx, withTransaction, type Ctx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { drainJobs } from "@/lib/jobs";
import { getBalance } from "@/lib/ledger";
import { paise } from "@/lib/money";
import { createLink, getLink } from "@/lib/payments";
import { sensitive } from "@/lib/sensitive";
import { useDatabase } from "@/lib/testing/database";
import { clockNow, hourMs } from "@/lib/time";
import { getTransaction, listTransactions } from "@/lib/transactions";
import { webhookJobs } from "./index.ts";

const database = useDatabase();
let emulator: TestEmulator;
let accountId = "";
const support: Ctx = {
  ...systemCtx("test"),
  actor: { kind: "user", userId: "usr_support", sessionId: "ses_test", roles: ["support"], permissions: permissionsOf(["support"]), factor: "totp" },
};

beforeAll(async () => {
  emulator = await startTestEmulator();
  setConfig({ ...database.config, cashfree: { ...database.config.cashfree, ...emulator.settings, pg: database.config.cashfree.pg, payout: database.config.cashfree.payout } });
  accountId = (await withTransaction(systemCtx("test"), (tx) => createAccount(tx, { name: "Asha Stores", fundsAvailable: "at_capture" }))).id;
});
afterAll(() => emulator.close());

type Event = { body: string | Uint8Array; key?: string };

async function deliver(post: typeof POST, event: Event, ageMs = 0): Promise<number> {
  const raw = typeof event.body === "string" ? new TextEncoder().encode(event.body) : event.body;
  const timestamp = (clockNow().getTime() - ageMs).toString();
  const secret = sensitive(post === POST ? "test_pg_secret" : "test_payout_secret");
  const headers = {
    "x-webhook-timestamp": timestamp,
    "x-webhook-signature": signWebhook(secret, timestamp, raw),
    ...(event.key === undefined ? {} : { "x-idempotency-key": event.key }),
  };
  return (await post(new Request("http://localhost/", { method: "POST", headers, body: raw.slice().buffer }))).status;
}

const drain = () => drainJobs(webhookJobs);

/** As the worker would in time: jobs that could not be done yet are due again. */
async function settle(): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([drain(), drain()]);
    const left = await database.superuser`update jobs set run_at = created_at, locked_until = null returning id`;
    if (left.length === 0) return;
  }
}

async function lastDelivery() {
  const [row] = await database.superuser`select status, note, event_type, subject_id from webhook_events order by id desc limit 1`;
  return row;
}

async function paidLink(outcomes: ("success" | "failure" | "dropped")[]): Promise<{ linkId: string; events: Event[] }> {
  const before = new Set((await emulator.state()).deliveries.map((delivery) => delivery.id));
  const { id } = await createLink(support, { accountId, amountPaise: paise(20_000n), purpose: "Invoice", phone: "9876543210", validDays: 7 });
  for (const outcome of outcomes) await emulator.control(`links/${id}/pay`, { outcome, vpa: "asha@okbank" }).catch(() => undefined);
  await emulator.advance(10_000);
  const events = (await emulator.state()).deliveries.filter((delivery) => !before.has(delivery.id)).map((delivery) => ({ body: delivery.body, key: delivery.idempotencyKey }));
  return { linkId: id, events };
}

test("a payment's webhook makes it appear, searchable by UTR and phone, with the webhook on its timeline", async () => {
  const { linkId, events } = await paidLink(["success"]);
  expect(events.length).toBeGreaterThan(0);
  for (const event of events) expect(await deliver(POST, event)).toBe(200);
  await drain();
  expect((await getLink(support, linkId)).status).toBe("paid");
  const { bankReference } = (await emulator.state()).payments.at(-1) ?? {};
  const [found] = (await listTransactions(support, { q: bankReference ?? "" })).items;
  expect((await listTransactions(support, { q: "+91 98765 43210" })).items.map((item) => item.id)).toContain(found?.id);
  const panel = await getTransaction(support, found?.id ?? "");
  expect(new Set(panel.timeline.map((step) => step.channel))).toEqual(new Set(["gateway", "ledger", "webhook"]));
});

test("any permutation and duplication of a payment's events ends in the same state", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(["failure", "dropped", "success"] as const, { minLength: 1 }),
      fc.infiniteStream(fc.nat(1000)),
      fc.nat(3),
      async (outcomes, dice, batches) => {
        const balanceBefore = (await getBalance(accountId)).balancePaise;
        const { linkId, events } = await paidLink([...outcomes]);
        const roll = (below: number): number => (dice.next().value ?? 0) % below;
        const sequence = [...events, ...events.filter(() => roll(2) === 0)];
        for (let index = sequence.length - 1; index > 0; index -= 1) {
          const other = roll(index + 1);
          const [a, b] = [sequence[index], sequence[other]];
          if (a !== undefined && b !== undefined) [sequence[index], sequence[other]] = [b, a];
        }
        for (const event of sequence) {
          expect(await deliver(POST, event, roll(4) === 0 ? hourMs : 0)).toBe(200);
          if (batches > 0 && roll(batches + 1) === 0) await drain();
        }
        await settle();
        const captured = outcomes.includes("success") ? 1n : 0n;
        const rows =
          await database.superuser`select p.status, count(*)::int as n from payments p join orders o on o.id = p.order_id where o.link_id = ${linkId} group by 1 order by 1`;
        const theirs = (await emulator.state()).payments.filter((payment) => events.some((event) => String(event.body).includes(payment.cfPaymentId)));
        const meaning: Record<string, string> = { SUCCESS: "succeeded", FAILED: "failed", USER_DROPPED: "dropped" };
        const expected = Object.entries(Object.groupBy(theirs, (payment) => meaning[payment.status] ?? "pending"))
          .map(([status, list]) => ({ status, n: list?.length ?? 0 }))
          .sort((a, b) => (a.status < b.status ? -1 : 1));
        expect(rows.map((row) => ({ ...row }))).toEqual(expected);
        expect((await getBalance(accountId)).balancePaise - balanceBefore).toBe(20_000n * captured);
        expect((await getLink(support, linkId)).status).toBe(captured > 0n ? "paid" : "active");
        const [waiting] = await database.superuser`select count(*)::int as n from webhook_events where status = 'received'`;
        expect(waiting?.["n"]).toBe(0);
      },
    ),
    { numRuns: 8 },
  );
});

test("what a webhook claims is not believed: an authentic success for a payment that failed books nothing", async () => {
  const balance = (await getBalance(accountId)).balancePaise;
  const { events } = await paidLink(["failure"]);
  const forged = events.map((event) =>
    String(event.body)
      .replaceAll("PAYMENT_FAILED_WEBHOOK", "PAYMENT_SUCCESS_WEBHOOK")
      .replaceAll('"FAILED"', '"SUCCESS"')
      .replace(/"payment_amount":[\d.]+/, '"payment_amount":999999.00'),
  );
  for (const body of forged) expect(await deliver(POST, { body })).toBe(200);
  await drain();
  expect((await getBalance(accountId)).balancePaise).toBe(balance);
});

test.each<[string, Event, string, RegExp | null]>([
  ["an unknown type is stored and ignored", { body: '{"type":"SOMETHING_NEW","data":{"x":1},"event_time":"2026-01-01T00:00:00+05:30"}' }, "ignored", /No rule here/],
  ["the gateway's own test event is ignored", { body: '{"type":"WEBHOOK","data":{"test_object":{"k":"v"}}}' }, "ignored", /No rule here/],
  ["truncated JSON waits for a person", { body: '{"type":"PAYMENT_SUCCESS_WEBHOOK","data":{"order"' }, "for_a_person", /not a readable event/],
  ["a byte-order mark waits for a person", { body: new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]) }, "for_a_person", /not a readable event/],
  [
    "an order the gateway does not know waits for a person",
    { body: '{"type":"PAYMENT_SUCCESS_WEBHOOK","data":{"order":{"order_id":"never_seen"},"payment":{"cf_payment_id":1234881617186388204,"payment_status":"SUCCESS"}}}' },
    "for_a_person",
    /knows neither/,
  ],
])("%s", async (...[, event, status, note]) => {
  expect(await deliver(POST, event)).toBe(200);
  await drain();
  const row = await lastDelivery();
  expect(row?.["status"]).toBe(status);
  expect(row?.["note"]).toMatch(note ?? /^/);
});

test("a 19-digit id keeps its digits", async () => {
  const [row] = await database.superuser`select subject_id from webhook_events where subject_kind = 'payment' and subject_id like '12348816%'`;
  expect(row?.["subject_id"]).toBe("1234881617186388204");
});

test("a transfer that is none of ours waits for a person", async () => {
  expect(
    await deliver(POST_PAYOUTS, {
      body: JSON.stringify({ type: "TRANSFER_SUCCESS", data: { transfer_id: newId("payout"), cf_transfer_id: "1", status: "SUCCESS", status_code: "COMPLETED" } }),
    }),
  ).toBe(200);
  await drain();
  expect(await lastDelivery()).toMatchObject({ status: "for_a_person", note: "This transfer is none of ours." });
});

test("the same key with another body is applied too, and says so", async () => {
  const { events } = await paidLink(["success"]);
  const [event] = events;
  if (event === undefined) throw new Error("the emulator sent nothing");
  await deliver(POST, event);
  await deliver(POST, { ...event, body: `${String(event.body)} ` });
  await drain();
  expect((await lastDelivery())?.["note"]).toMatch(/same key and another body/);
});

test("while the gateway does not answer, a delivery keeps waiting and loses nothing", async () => {
  const { linkId, events } = await paidLink(["success"]);
  await emulator.control("faults", { match: { method: "GET", path: "/pg/" }, kind: "error_before", times: 3 });
  for (const event of events) await deliver(POST, event);
  await drain();
  const [waiting] = await database.superuser`select count(*)::int as n from webhook_events where status = 'received'`;
  expect(waiting?.["n"]).toBeGreaterThan(0);
  await emulator.control("faults/clear");
  await database.superuser`update jobs set run_at = created_at, locked_until = null`;
  await drain();
  expect((await getLink(support, linkId)).status).toBe("paid");
});
