import { createRequire } from "node:module";
import { CFEnvironment, Cashfree as PgSdk } from "cashfree-pg";
import { Cashfree as PayoutSdk } from "cashfree-payout";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { paise, parseRupees, type Paise } from "@/lib/money";
import { sensitive } from "@/lib/sensitive";
import { plusMs, startOfIstDay } from "@/lib/time";
import { settingsFor, startListener, type Listener, type Received } from "./emulator/harness.ts";
import { createCashfree, type Cashfree } from "./gateway.ts";

let listener: Listener;
let ours: Cashfree;
let pg: PgSdk;

beforeAll(async () => {
  listener = await startListener();
  const settings = settingsFor(listener.url);
  ours = createCashfree(settings);
  // The 7th argument stops the SDK from reporting to its vendor.
  pg = new PgSdk(CFEnvironment.SANDBOX, settings.pg.clientId, settings.pg.clientSecret.reveal(), undefined, undefined, undefined, false);
  pg.XApiVersion = "2025-01-01";
  Object.assign(pg, { basePath: settings.pgBase });
  const load = createRequire(createRequire(import.meta.url).resolve("cashfree-payout"));
  const axios: { create: () => NonNullable<typeof PayoutSdk.axios> } = load("axios");
  const redirected = axios.create();
  redirected.interceptors.request.use((request) => {
    request.url = (request.url ?? "").replace("https://sandbox.cashfree.com", listener.url);
    return request;
  });
  PayoutSdk.XEnableErrorAnalytics = false;
  PayoutSdk.XClientId = settings.payout.clientId;
  PayoutSdk.XClientSecret = settings.payout.clientSecret.reveal();
  PayoutSdk.XEnvironment = PayoutSdk.Environment.SANDBOX;
  PayoutSdk.axios = redirected;
});

afterAll(() => listener.close());

beforeEach(() => {
  listener.received.length = 0;
});

const semantic = ["x-api-version", "x-client-id", "x-client-secret", "x-request-id", "x-idempotency-key"];

/** What the gateway acts on: method, path, query, semantic headers, and the body's number lexemes. */
function meaning(request: Received | undefined): Record<string, unknown> {
  const text = request?.raw.toString("utf8") ?? "";
  const url = new URL(request?.path ?? "/", "http://x");
  return {
    method: request?.method,
    path: url.pathname,
    query: [...url.searchParams].toSorted(([left], [right]) => left.localeCompare(right)),
    headers: semantic.map((name) => [name, request?.headers[name]]),
    body: text === "" ? null : JSON.parse(text),
    numbers: [...text.matchAll(/"([a-z_]*amount)":([^,}]*)/g)].map((match) => [match[1], match[2]]),
    json: text === "" ? null : request?.headers["content-type"]?.startsWith("application/json"),
  };
}

async function expectSame(call: () => Promise<unknown>, official: () => Promise<unknown>): Promise<void> {
  await call();
  await official();
  expect(listener.received).toHaveLength(2);
  expect(meaning(listener.received[0])).toEqual(meaning(listener.received[1]));
}

const rupees = (text: string): Paise => parseRupees(text) ?? paise(0n);
const options = { requestId: "req_1", idempotencyKey: "6f1f6a0e-2f4e-4c55-9f43-0d2f6b9b2f11" };
const expiresAt = plusMs(startOfIstDay("2031-03-04"), 3_600_000);
const expiry = "2031-03-04T01:00:00+05:30";

describe("the requests we send are the official SDKs' own", () => {
  test.each([
    ["10", 10],
    ["10.5", 10.5],
    ["170.25", 170.25],
    ["100000", 100_000],
    ["0.1", 0.1],
    ["4503599627.37", 4_503_599_627.37],
  ])("an order of ₹%s", async (text, number) => {
    await expectSame(
      () =>
        ours.createOrder(
          {
            orderId: "order_1",
            amountPaise: rupees(text),
            customer: { id: "cust_1", phone: "9908734801", email: "a@example.in", name: "Asha Rao" },
            expiresAt,
            note: "Test order",
            tags: { account: "acct_1" },
            returnUrl: "https://example.in/back",
          },
          options,
        ),
      () =>
        pg.PGCreateOrder(
          {
            order_id: "order_1",
            order_amount: number,
            order_currency: "INR",
            customer_details: { customer_id: "cust_1", customer_phone: "9908734801", customer_email: "a@example.in", customer_name: "Asha Rao" },
            order_meta: { return_url: "https://example.in/back" },
            order_expiry_time: expiry,
            order_note: "Test order",
            order_tags: { account: "acct_1" },
          },
          options.requestId,
          options.idempotencyKey,
        ),
    );
  });

  test("reading an order and its payments", async () => {
    await expectSame(
      () => ours.getOrder("order_1", options),
      () => pg.PGFetchOrder("order_1", options.requestId, options.idempotencyKey),
    );
    listener.received.length = 0;
    await expectSame(
      () => ours.listOrderPayments("order_1", options),
      () => pg.PGOrderFetchPayments("order_1", options.requestId, options.idempotencyKey),
    );
    listener.received.length = 0;
    await expectSame(
      () => ours.getOrderPayment({ orderId: "order_1", cfPaymentId: "1234881617186388204" }, options),
      () => pg.PGOrderFetchPayment("order_1", "1234881617186388204", options.requestId, options.idempotencyKey),
    );
  });

  test("a link with and without its optional parts", async () => {
    await expectSame(
      () => ours.createLink({ linkId: "lnk_1", amountPaise: rupees("1000"), purpose: "Invoice 42", customer: { phone: "9999999999" } }, options),
      () =>
        pg.PGCreateLink(
          { link_id: "lnk_1", link_amount: 1000, link_currency: "INR", link_purpose: "Invoice 42", customer_details: { customer_phone: "9999999999" } },
          options.requestId,
          options.idempotencyKey,
        ),
    );
    listener.received.length = 0;
    await expectSame(
      () =>
        ours.createLink(
          {
            linkId: "lnk_2",
            amountPaise: rupees("200.12"),
            purpose: "Part",
            customer: { phone: "9999999999", email: "a@example.in", name: "Asha" },
            expiresAt,
            notify: { sms: true, email: false },
            autoReminders: true,
            partial: { minimumPaise: rupees("11") },
            notes: { account: "acct_1" },
            returnUrl: "https://example.in/back",
            notifyUrl: "https://example.in/hook",
          },
          options,
        ),
      () =>
        pg.PGCreateLink(
          {
            link_id: "lnk_2",
            link_amount: 200.12,
            link_currency: "INR",
            link_purpose: "Part",
            customer_details: { customer_phone: "9999999999", customer_email: "a@example.in", customer_name: "Asha" },
            link_expiry_time: expiry,
            link_notify: { send_sms: true, send_email: false },
            link_auto_reminders: true,
            link_partial_payments: true,
            link_minimum_partial_amount: 11,
            link_notes: { account: "acct_1" },
            link_meta: { notify_url: "https://example.in/hook", return_url: "https://example.in/back" },
          },
          options.requestId,
          options.idempotencyKey,
        ),
    );
  });

  test("reading a link, its orders, and cancelling it", async () => {
    await expectSame(
      () => ours.getLink("lnk_1", options),
      () => pg.PGFetchLink("lnk_1", options.requestId, options.idempotencyKey),
    );
    listener.received.length = 0;
    await expectSame(
      () => ours.listLinkOrders({ linkId: "lnk_1", status: "ALL" }, options),
      () => pg.PGLinkFetchOrders("lnk_1", options.requestId, options.idempotencyKey, "ALL"),
    );
    listener.received.length = 0;
    await expectSame(
      () => ours.cancelLink("lnk_1", options),
      () => pg.PGCancelLink("lnk_1", options.requestId, options.idempotencyKey),
    );
  });

  test.each([
    ["1000", 1000],
    ["1.01", 1.01],
  ])("a transfer of ₹%s to a known beneficiary, and reading it", async (text, number) => {
    const requestId = "req_2";
    await expectSame(
      () =>
        ours.createTransfer(
          { transferId: "po_01", amountPaise: rupees(text), mode: "imps", beneficiary: { id: "ben_01" }, remarks: "Payout 42", fundsourceId: "CASHFREE_1" },
          { requestId },
        ),
      () =>
        PayoutSdk.PayoutInitiateTransfer("2024-01-01", requestId, {
          transfer_id: "po_01",
          transfer_amount: number,
          transfer_currency: "INR",
          transfer_mode: "imps",
          beneficiary_details: { beneficiary_id: "ben_01" },
          transfer_remarks: "Payout 42",
          fundsource_id: "CASHFREE_1",
        }),
    );
    listener.received.length = 0;
    await expectSame(
      () => ours.getTransfer("po_01", { requestId }),
      () => PayoutSdk.PayoutFetchTransfer("2024-01-01", requestId, undefined, "po_01"),
    );
  });

  test("a beneficiary, and reading it", async () => {
    const requestId = "req_3";
    await expectSame(
      () =>
        ours.createBeneficiary(
          {
            beneficiaryId: "ben_01",
            name: "Demo Traders",
            bank: { accountNumber: sensitive("026291800001191"), ifsc: "YESB0000262" },
            contact: { email: "a@example.in", phone: "9876543210" },
          },
          { requestId },
        ),
      () =>
        PayoutSdk.PayoutCreateBeneficiary("2024-01-01", requestId, {
          beneficiary_id: "ben_01",
          beneficiary_name: "Demo Traders",
          beneficiary_instrument_details: { bank_account_number: "026291800001191", bank_ifsc: "YESB0000262" },
          beneficiary_contact_details: { beneficiary_email: "a@example.in", beneficiary_phone: "9876543210" },
        }),
    );
    listener.received.length = 0;
    await expectSame(
      () => ours.getBeneficiary("ben_01", { requestId }),
      () => PayoutSdk.PayoutFetchBeneficiary("2024-01-01", requestId, "ben_01"),
    );
  });
});
