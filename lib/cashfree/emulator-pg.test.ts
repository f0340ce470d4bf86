import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { CFEnvironment, Cashfree as PgSdk } from "cashfree-pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { minuteMs } from "@/lib/time";
import { style } from "./emulator/page-frame.ts";
import { startTestEmulator, type TestEmulator } from "./emulator/harness.ts";

/** So long that no payment goes on by itself while a test looks at it. */
const stepMs = minuteMs;
let emulator: TestEmulator;
let sdk: PgSdk;

function official(version: string): PgSdk {
  const { pg, pgBase } = emulator.settings;
  // The 7th argument stops the SDK from reporting to its vendor.
  const made = new PgSdk(CFEnvironment.SANDBOX, pg.clientId, pg.clientSecret.reveal(), undefined, undefined, undefined, false);
  made.XApiVersion = version;
  Object.assign(made, { basePath: pgBase });
  return made;
}

beforeAll(async () => {
  emulator = await startTestEmulator({ tuning: { stepMs } });
  sdk = official("2025-01-01");
});

afterAll(() => emulator.close());

/** The HTTP status and body an SDK call was refused with. */
async function refusal(call: Promise<unknown>): Promise<{ status: number; code: string; type: string }> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const { response } = error as { response: { status: number; data: { code: string; type: string } } };
  return { status: response.status, code: response.data.code, type: response.data.type };
}

const customer = { customer_id: "cust_1", customer_phone: "9908734801" };

describe.each(["2025-01-01", "2026-01-01"])("the official PG SDK on the emulator, version %s", (version) => {
  const name = (text: string): string => `${text}_${version.slice(0, 4)}`;

  test("an order is created, paid by UPI, and its payment read back", async () => {
    const client = official(version);
    const order = await client.PGCreateOrder({ order_id: name("order"), order_amount: 10.5, order_currency: "INR", customer_details: customer, order_tags: { account: "acct_1" } });
    expect(order.data).toMatchObject({ order_id: name("order"), order_amount: 10.5, order_status: "ACTIVE", order_tags: { account: "acct_1" } });
    expect(order.headers["x-api-version"]).toBe(version);
    const started = await client.PGPayOrder({
      payment_session_id: order.data.payment_session_id ?? "",
      payment_method: { upi: { channel: "collect", upi_id: "testsuccess@gocash" } },
    });
    expect((await client.PGFetchOrder(name("order"))).data.order_status).toBe("ACTIVE");
    await emulator.advance(stepMs);
    expect((await client.PGFetchOrder(name("order"))).data.order_status).toBe("PAID");
    const [payment] = (await client.PGOrderFetchPayments(name("order"))).data;
    expect(payment).toMatchObject({
      cf_payment_id: started.data.cf_payment_id,
      payment_status: "SUCCESS",
      payment_amount: 10.5,
      is_captured: true,
      bank_reference: expect.stringMatching(/^\d{12}$/),
    });
    expect(BigInt(payment?.cf_payment_id ?? "0")).toBeGreaterThan(2n ** 53n);
    expect((await client.PGOrderFetchPayment(name("order"), payment?.cf_payment_id ?? "")).data.order_id).toBe(name("order"));
  });

  test("a link is created, read, paid through its order, and its orders listed", async () => {
    const client = official(version);
    const link = await client.PGCreateLink({
      link_id: name("lnk"),
      link_amount: 100,
      link_currency: "INR",
      link_purpose: "Invoice 42",
      customer_details: { customer_phone: "9999999999" },
    });
    expect(link.data).toMatchObject({
      link_id: name("lnk"),
      link_status: "ACTIVE",
      link_amount: 100,
      link_amount_paid: 0,
      link_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/pay\/[a-z0-9]{12}$/),
      link_qrcode: expect.stringMatching(/^data:image\/png;base64,/),
    });
    await emulator.control(`links/${name("lnk")}/pay`, { outcome: "failure" });
    await emulator.control(`links/${name("lnk")}/pay`, {});
    expect((await client.PGFetchLink(name("lnk"))).data).toMatchObject({ link_status: "PAID", link_amount_paid: 100 });
    const orders = (await client.PGLinkFetchOrders(name("lnk"))).data;
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({ order_status: "PAID", order_id: expect.stringMatching(/^CFPay_[a-z0-9]{12}_/), link_id: name("lnk") });
    const attempts = (await client.PGOrderFetchPayments(orders[0]?.order_id ?? "")).data;
    expect(attempts.map((attempt) => attempt.payment_status)).toEqual(["SUCCESS", "FAILED"]);
    expect(await refusal(client.PGCancelLink(name("lnk")))).toMatchObject({ status: 400 });
  });
});

describe("the payment side of the emulator", () => {
  test("a cancelled link cannot be paid", async () => {
    await sdk.PGCreateLink({ link_id: "lnk_cancel", link_amount: 5, link_currency: "INR", link_purpose: "x", customer_details: { customer_phone: "9999999999" } });
    expect((await sdk.PGCancelLink("lnk_cancel")).data.link_status).toBe("CANCELLED");
    await expect(emulator.control("links/lnk_cancel/pay", {})).rejects.toThrow("link_not_active");
  });

  test("an expired order and link are EXPIRED and take no payment", async () => {
    const order_expiry_time = "2099-01-01T00:00:00+05:30";
    const order = await sdk.PGCreateOrder({ order_id: "order_short", order_amount: 1, order_currency: "INR", customer_details: customer, order_expiry_time });
    await sdk.PGCreateLink({
      link_id: "lnk_short",
      link_amount: 5,
      link_currency: "INR",
      link_purpose: "x",
      customer_details: { customer_phone: "9999999999" },
      link_expiry_time: order_expiry_time,
    });
    const before = (await emulator.state()) as { clockOffsetMs?: number };
    await emulator.control("clock", { advanceMs: 80 * 365 * 86_400_000 });
    expect((await sdk.PGFetchOrder("order_short")).data.order_status).toBe("EXPIRED");
    expect((await sdk.PGFetchLink("lnk_short")).data.link_status).toBe("EXPIRED");
    expect(
      await refusal(sdk.PGPayOrder({ payment_session_id: order.data.payment_session_id ?? "", payment_method: { upi: { channel: "collect", upi_id: "testsuccess@gocash" } } })),
    ).toMatchObject({ status: 400 });
    await emulator.control("clock", { offsetMs: before.clockOffsetMs ?? 0 });
  });

  test("terminating races with a payment in flight: the payment may still win", async () => {
    const order = await sdk.PGCreateOrder({ order_id: "order_race", order_amount: 1, order_currency: "INR", customer_details: customer });
    await sdk.PGPayOrder({ payment_session_id: order.data.payment_session_id ?? "", payment_method: { upi: { channel: "collect", upi_id: "testsuccess@gocash" } } });
    expect((await sdk.PGTerminateOrder("order_race", { order_status: "TERMINATED" })).data.order_status).toBe("TERMINATION_REQUESTED");
    await emulator.advance(stepMs);
    expect((await sdk.PGFetchOrder("order_race")).data.order_status).toBe("PAID");
    await sdk.PGCreateOrder({ order_id: "order_end", order_amount: 1, order_currency: "INR", customer_details: customer });
    expect((await sdk.PGTerminateOrder("order_end", { order_status: "TERMINATED" })).data.order_status).toBe("TERMINATED");
  });

  test("a partial link counts what was paid and closes at the full amount", async () => {
    await sdk.PGCreateLink({
      link_id: "lnk_part",
      link_amount: 100,
      link_currency: "INR",
      link_purpose: "x",
      customer_details: { customer_phone: "9999999999" },
      link_partial_payments: true,
      link_minimum_partial_amount: 20,
    });
    await expect(emulator.control("links/lnk_part/pay", { amountPaise: "1000" })).rejects.toThrow("payment_amount_invalid");
    await emulator.control("links/lnk_part/pay", { amountPaise: "3050" });
    expect((await sdk.PGFetchLink("lnk_part")).data).toMatchObject({ link_status: "PARTIALLY_PAID", link_amount_paid: 30.5 });
    await emulator.control("links/lnk_part/pay", {});
    expect((await sdk.PGFetchLink("lnk_part")).data).toMatchObject({ link_status: "PAID", link_amount_paid: 100 });
  });

  test("taken ids are 409, absent ones 404, wrong credentials 401, unknown versions 400, all in the gateway's words", async () => {
    const order = { order_id: "order_twice", order_amount: 1, order_currency: "INR", customer_details: customer };
    await sdk.PGCreateOrder(order);
    expect(await refusal(sdk.PGCreateOrder(order))).toEqual({ status: 409, code: "order_already_exists", type: "invalid_request_error" });
    expect(await refusal(sdk.PGFetchLink("nowhere"))).toEqual({ status: 404, code: "link_not_found", type: "invalid_request_error" });
    const stranger = official("2025-01-01");
    stranger.XClientSecret = "wrong";
    expect(await refusal(stranger.PGFetchOrder("order_twice"))).toEqual({ status: 401, code: "request_failed", type: "authentication_error" });
    expect(await refusal(official("2019-01-01").PGFetchOrder("order_twice"))).toMatchObject({ status: 400, code: "version_invalid" });
    expect(await refusal(sdk.PGCreateOrder({ ...order, order_id: "order_small", order_amount: 0.5 }))).toMatchObject({ status: 400, code: "order_amount_invalid" });
  });

  test("an idempotency key replays its answer and refuses another body", async () => {
    const key = "0b9b6c1e-7f3e-4d53-8f6e-3d6f6a1f0001";
    const order = { order_id: "order_replay", order_amount: 1, order_currency: "INR", customer_details: customer };
    const first = await sdk.PGCreateOrder(order, "req_1", key);
    const again = await sdk.PGCreateOrder(order, "req_2", key);
    expect(again.data).toEqual(first.data);
    expect([first.headers["x-idempotency-replayed"], again.headers["x-idempotency-replayed"], again.headers["x-request-id"]]).toEqual(["false", "true", "req_2"]);
    expect(await refusal(sdk.PGCreateOrder({ ...order, order_amount: 2 }, "req_3", key))).toEqual({ status: 422, code: "request_invalid", type: "idempotency_error" });
  });

  test("the checkout page pays once, and refuses a form from another site", async () => {
    const link = await sdk.PGCreateLink({
      link_id: "lnk_page",
      link_amount: 425.5,
      link_currency: "INR",
      link_purpose: "<b>Tea</b> & biscuits",
      customer_details: { customer_phone: "9999999999" },
    });
    const url = link.data.link_url ?? "";
    const page = await (await fetch(url)).text();
    expect(page).toContain("Simulation");
    expect(page).toContain("Pay ₹425.50");
    expect(page).not.toContain("<b>Tea");
    const post = (body: string, origin: string): Promise<Response> =>
      fetch(url, { method: "POST", body, headers: { origin, "content-type": "application/x-www-form-urlencoded" }, redirect: "manual" });
    expect((await post("action=pay&vpa=a@upi", "http://evil.example")).status).toBe(403);
    expect((await post("action=pay&vpa=notavpa", emulator.url)).status).toBe(422);
    expect((await post("action=fail&vpa=customer@upi", emulator.url)).status).toBe(303);
    expect((await post("action=pay&vpa=customer@upi", emulator.url)).status).toBe(303);
    expect((await post("action=pay&vpa=customer@upi", emulator.url)).status).toBe(400);
    expect((await sdk.PGFetchLink("lnk_page")).data).toMatchObject({ link_status: "PAID", link_amount_paid: 425.5 });
    expect(await (await fetch(url)).text()).toContain("Bank reference");
  });

  test("the checkout wears the desk's colours and type, and its policy lets nothing in but those", async () => {
    const tokens = readFileSync(join(import.meta.dirname, "../../app/globals.css"), "utf8");
    for (const [colour] of style.matchAll(/#[0-9a-f]{6}/g)) expect(tokens, colour).toContain(colour);
    const page = await fetch(`${emulator.url}/`);
    const [, inline = ""] = /<style>(.*?)<\/style>/s.exec(await page.text()) ?? [];
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain(`default-src 'none'; style-src 'sha256-${createHash("sha256").update(inline).digest("base64")}'; font-src 'self'`);
    expect(policy).not.toMatch(/unsafe|\*/);
    const fonts = [...inline.matchAll(/url\((\/fonts\/[^)]+)\)/g)].map(([, path = ""]) => path);
    expect(fonts).toHaveLength(2);
    for (const path of fonts) expect((await fetch(`${emulator.url}${path}`)).headers.get("content-type")).toBe("font/woff2");
    expect((await fetch(`${emulator.url}/fonts/..%2fpackage.json`)).status).toBe(404);
  });

  test("the control API refuses a caller without its header, and any name but loopback", async () => {
    expect((await fetch(`${emulator.url}/emulator/state`)).status).toBe(403);
    expect((await fetch(`${emulator.url}/emulator/reset`, { method: "POST" })).status).toBe(403);
    const named = await new Promise<number | undefined>((resolve, reject) => {
      get(`${emulator.url}/emulator/state`, { headers: { host: "rebound.example", "x-emulator-control": "1" } }, (response) => resolve(response.resume().statusCode)).once(
        "error",
        reject,
      );
    });
    expect(named).toBe(421);
  });
});
