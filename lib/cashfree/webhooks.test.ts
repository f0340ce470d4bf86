import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { paise } from "@/lib/money";
import { sensitive } from "@/lib/sensitive";
import { startListener, startTestEmulator, type Listener, type Received, type TestEmulator } from "./emulator/harness.ts";
import { verifyWebhook } from "./signature.ts";
import { parseWebhook } from "./webhook-payloads.ts";

let listener: Listener;
let emulator: TestEmulator;

beforeAll(async () => {
  listener = await startListener();
  emulator = await startTestEmulator({ webhookTarget: listener.url, tuning: { webhookRetryMs: [120_000, 600_000, 1_800_000] } });
});

afterAll(async () => {
  await emulator.close();
  await listener.close();
});

beforeEach(async () => {
  await emulator.control("reset");
  listener.received.length = 0;
  listener.respond(() => ({ status: 200 }));
});

async function payLink(linkId: string, outcome: "success" | "failure" | "dropped" = "success"): Promise<void> {
  await emulator.client.createLink({ linkId, amountPaise: paise(17_000n), purpose: "Tea <b> & biscuits", customer: { phone: "9999999999" } });
  await emulator.control(`links/${linkId}/pay`, { outcome });
  await emulator.control("webhooks/flush");
}

async function transfer(transferId: string, account = "026291800001191/YESB0000262"): Promise<void> {
  const [accountNumber = "", ifsc = ""] = account.split("/");
  await emulator.client.createTransfer({
    transferId,
    amountPaise: paise(100n),
    mode: "imps",
    beneficiary: { name: "Demo Traders", bank: { accountNumber: sensitive(accountNumber), ifsc } },
  });
}

const types = (): string[] => listener.received.map((item) => (JSON.parse(item.raw.toString("utf8")) as { type: string }).type);

function verified(item: Received | undefined, secret: string): boolean {
  if (item === undefined) return false;
  return verifyWebhook([sensitive(secret)], item.headers["x-webhook-timestamp"] ?? "", item.raw, item.headers["x-webhook-signature"] ?? "").valid;
}

describe("webhooks of the emulator", () => {
  test("a paid link tells of the payment and of the link, signed over bytes that do not survive being written again", async () => {
    await payLink("lnk_1");
    expect(types()).toEqual(["PAYMENT_SUCCESS_WEBHOOK", "PAYMENT_LINK_EVENT"]);
    const [payment, link] = listener.received;
    expect([payment?.method, payment?.path]).toEqual(["POST", "/api/webhooks/cashfree/payments"]);
    expect(payment?.raw.toString("utf8")).toContain('"order_amount":170.00');
    expect(link?.raw.toString("utf8")).toContain("Tea \\u003cb\\u003e \\u0026 biscuits");
    expect(payment?.headers).toMatchObject({
      "x-webhook-version": "2025-01-01",
      "x-webhook-attempt": "1",
      "x-webhook-timestamp": expect.stringMatching(/^\d{13}$/),
      "x-idempotency-key": expect.stringMatching(/^[\w-]{43}$/),
    });
    expect([verified(payment, "test_pg_secret"), verified(link, "test_pg_secret"), verified(payment, "test_payout_secret")]).toEqual([true, true, false]);
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(payment?.raw.toString("utf8") ?? "")));
    expect(verifyWebhook([sensitive("test_pg_secret")], payment?.headers["x-webhook-timestamp"] ?? "", rewritten, payment?.headers["x-webhook-signature"] ?? "").valid).toBe(false);
  });

  test("our reader names what each event is about", async () => {
    await payLink("lnk_1");
    const state = await emulator.state();
    const [order] = state.orders;
    const [payment] = state.payments;
    const about = listener.received.map((item) => parseWebhook(item.raw));
    expect(about).toEqual([
      {
        type: "PAYMENT_SUCCESS_WEBHOOK",
        eventTime: expect.any(Date),
        subject: { kind: "payment", orderId: order?.orderId, cfPaymentId: payment?.cfPaymentId, status: "SUCCESS", linkId: "lnk_1" },
      },
      {
        type: "PAYMENT_LINK_EVENT",
        eventTime: expect.any(Date),
        subject: { kind: "link", linkId: "lnk_1", cfLinkId: expect.stringMatching(/^\d+$/), status: "PAID", orderId: order?.orderId },
      },
    ]);
  });

  test.each([
    ["failure", "PAYMENT_FAILED_WEBHOOK", "FAILED"],
    ["dropped", "PAYMENT_USER_DROPPED_WEBHOOK", "USER_DROPPED"],
  ] as const)("a payment's %s is told as %s", async (outcome, type, status) => {
    await payLink("lnk_1", outcome);
    expect(types()).toEqual([type]);
    const [item] = listener.received;
    expect(item?.raw.toString("utf8")).toContain('"bank_reference":"NA"');
    expect(parseWebhook(item?.raw ?? Buffer.alloc(0))).toMatchObject({ subject: { kind: "payment", status } });
  });

  test("a transfer tells SUCCESS, then ACKNOWLEDGED when credited, and its reversal", async () => {
    await transfer("po_1");
    await emulator.advance(2000);
    await emulator.advance(1000);
    await emulator.control("transfers/po_1/advance", { to: "REVERSED" });
    await emulator.control("webhooks/flush");
    expect(types()).toEqual(["TRANSFER_SUCCESS", "TRANSFER_ACKNOWLEDGED", "TRANSFER_REVERSED"]);
    expect(listener.received.map((item) => [item.path, verified(item, "test_payout_secret")])).toEqual(Array.from({ length: 3 }, () => ["/api/webhooks/cashfree/payouts", true]));
    expect(listener.received[0]?.raw.toString("utf8")).toContain('"transfer_amount":1.00');
    expect(listener.received.map((item) => parseWebhook(item.raw)).map((event) => (event === "unparseable" ? event : event.subject))).toMatchObject([
      { kind: "transfer", transferId: "po_1", status: "SUCCESS", statusCode: "SENT_TO_BENEFICIARY" },
      { kind: "transfer", transferId: "po_1", status: "SUCCESS", statusCode: "COMPLETED" },
      { kind: "transfer", transferId: "po_1", status: "REVERSED", statusCode: "RETURNED_FROM_BENEFICIARY" },
    ]);
  });

  test("an unanswered webhook comes again after 2, 10 and 30 minutes with the same body, then no more", async () => {
    listener.respond(() => ({ status: 503 }));
    await payLink("lnk_1", "failure");
    for (const wait of [119_000, 1000, 600_000, 1_800_000, 3_600_000]) await emulator.advance(wait);
    expect(listener.received.map((item) => item.headers["x-webhook-attempt"])).toEqual(["1", "2", "3", "4"]);
    expect(new Set(listener.received.map((item) => item.raw.toString("utf8"))).size).toBe(1);
    expect(new Set(listener.received.map((item) => item.headers["x-idempotency-key"])).size).toBe(1);
    expect(listener.received.every((item) => verified(item, "test_pg_secret"))).toBe(true);
    expect((await emulator.state()).deliveries).toMatchObject([{ status: "given_up" }]);
  });

  test("anything but 200 counts as unanswered, a redirect too", async () => {
    listener.respond(() => ({ status: listener.received.length === 1 ? 302 : 200, headers: { location: "/elsewhere" } }));
    await payLink("lnk_1", "failure");
    await emulator.advance(120_000);
    expect(listener.received.map((item) => item.path)).toEqual(["/api/webhooks/cashfree/payments", "/api/webhooks/cashfree/payments"]);
  });

  test("faults: dropped, doubled, swapped, late and stale webhooks", async () => {
    await emulator.control("faults", { webhook: "drop", match: "PAYMENT_LINK_EVENT" });
    await emulator.control("faults", { webhook: "duplicate", match: "PAYMENT_SUCCESS" });
    await payLink("lnk_1");
    expect(types()).toEqual(["PAYMENT_SUCCESS_WEBHOOK", "PAYMENT_SUCCESS_WEBHOOK"]);
    expect(listener.received[0]?.raw.equals(listener.received[1]?.raw ?? Buffer.alloc(0))).toBe(true);

    listener.received.length = 0;
    await emulator.control("faults", { webhook: "reorder", match: "PAYMENT_SUCCESS" });
    await payLink("lnk_2");
    await emulator.control("webhooks/flush");
    expect(types()).toEqual(["PAYMENT_LINK_EVENT", "PAYMENT_SUCCESS_WEBHOOK"]);

    listener.received.length = 0;
    await emulator.control("faults", { webhook: "late", match: "FAILED", delayMs: 60_000 });
    await payLink("lnk_3", "failure");
    expect(types()).toEqual([]);
    await emulator.advance(60_000);
    expect(types()).toEqual(["PAYMENT_FAILED_WEBHOOK"]);

    listener.received.length = 0;
    await emulator.control("faults", { webhook: "stale", match: "FAILED", delayMs: 600_000 });
    await payLink("lnk_4", "failure");
    const [stale] = listener.received;
    const told = Number(stale?.headers["x-webhook-timestamp"]);
    const nowMs = Number((await emulator.state()).deliveries.at(-1)?.attempts[0]?.atMs);
    expect(nowMs - told).toBeGreaterThanOrEqual(600_000);
    expect(verified(stale, "test_pg_secret")).toBe(true);
  });

  test("any event can be sent with the gateway's signature, such as the dashboard's test", async () => {
    await emulator.control("webhooks/send", { product: "payout", event: { type: "WEBHOOK", data: { test_object: { test_key: "v" } } } });
    await emulator.control("webhooks/flush");
    expect(listener.received.map((item) => [item.path, item.raw.toString("utf8"), verified(item, "test_payout_secret")])).toEqual([
      ["/api/webhooks/cashfree/payouts", '{"type":"WEBHOOK","data":{"test_object":{"test_key":"v"}}}', true],
    ]);
  });

  test("six payout failures in a row switch that endpoint off until it is switched on again", async () => {
    await emulator.control("tuning", { payoutDisableAfter: 5, webhookRetryMs: [] });
    listener.respond(() => ({ status: 500 }));
    for (let index = 0; index < 8; index += 1) await transfer(`po_${index}`, "026291800001190/YESB0000262");
    await emulator.advance(2000);
    expect(listener.received).toHaveLength(6);
    expect((await emulator.state()).payoutEndpointDisabled).toBe(true);
    listener.respond(() => ({ status: 200 }));
    await emulator.control("webhooks/enable");
    await transfer("po_again", "026291800001190/YESB0000262");
    await emulator.advance(2000);
    expect(listener.received).toHaveLength(7);
  });

  test("a webhook still owed is sent after a restart, even when the last write was cut short", async () => {
    await emulator.control("faults", { webhook: "late", match: ".*", delayMs: 60_000, times: 2 });
    await payLink("lnk_1");
    appendFileSync(join(emulator.dir, "state.jsonl"), '{"c":"orders","id":"half');
    await emulator.restart();
    await emulator.advance(60_000);
    expect(types()).toEqual(["PAYMENT_SUCCESS_WEBHOOK", "PAYMENT_LINK_EVENT"]);
  });
});

describe("reading webhooks", () => {
  const bytes = (text: string): Buffer => Buffer.from(text, "utf8");

  test.each([
    ["a byte-order mark", '\uFEFF{"type":"X"}'],
    ["truncated JSON", '{"type":"PAYMENT_SUCCESS_WEBHOOK","data":{'],
    ["no type", '{"data":{}}'],
    ["a bare word", "hello"],
    ["nothing", ""],
  ])("%s is unparseable", (_title, text) => {
    expect(parseWebhook(bytes(text))).toBe("unparseable");
  });

  test("bytes that are no UTF-8 are unparseable", () => {
    expect(parseWebhook(Uint8Array.from([0x7b, 0xff, 0x7d]))).toBe("unparseable");
  });

  test("a dashboard test, an unknown type and a known type without its members are kept, about nothing known", () => {
    for (const text of [
      '{"type":"WEBHOOK","data":{"test_object":{"test_key":"v"}}}',
      '{"type":"REFUND_STATUS_WEBHOOK","data":{"refund":{}}}',
      '{"type":"PAYMENT_SUCCESS_WEBHOOK","data":{}}',
      '{"type":"TRANSFER_SUCCESS"}',
    ]) {
      expect(parseWebhook(bytes(text))).toMatchObject({ subject: { kind: "unknown" } });
    }
  });

  test("numeric ids keep their digits and a link nested one level deeper is understood", () => {
    expect(
      parseWebhook(bytes('{"type":"PAYMENT_SUCCESS_WEBHOOK","data":{"order":{"order_id":"o1"},"payment":{"cf_payment_id":1234881617186388204,"payment_status":"PENDING"}}}')),
    ).toMatchObject({ subject: { kind: "payment", cfPaymentId: "1234881617186388204", status: "PENDING" } });
    expect(parseWebhook(bytes('{"type":"PAYMENT_LINK_EVENT","data":{"link":{"link_id":"l1","link_status":"PAID"}},"event_time":"2021-08-18T12:55:06"}'))).toMatchObject({
      subject: { kind: "link", linkId: "l1", status: "PAID" },
      eventTime: expect.any(Date),
    });
  });
});
