import * as z from "zod/mini";
import { lexeme } from "../json.ts";
import type { WebhookSender } from "./hooks.ts";
import { linkEventData, requireLink } from "./links.ts";
import { orderForLink, requireOrder } from "./orders.ts";
import type { OrderRecord, PaymentRecord } from "./records.ts";
import { decimalOf, istOf, paddedRupeesOf, readBody, Refusal, rupeesOf, zonelessOf, type Ask, type Reply } from "./wire.ts";
import { randomCode, type World } from "./world.ts";

export type Outcome = "success" | "failure" | "dropped";
export type Payer = { vpa: string; outcome: Outcome };

const firstPaymentId = 1_234_881_617_186_388_204n;

function method(payment: PaymentRecord): Record<string, unknown> {
  return { upi: { channel: "collect", upi_id: payment.vpa, upi_payer_ifsc: "SBI0025434", upi_payer_account_number: "XXXXX0231" } };
}

function gatewayDetails(payment: PaymentRecord): Record<string, unknown> {
  return {
    gateway_name: "CASHFREE",
    gateway_order_id: null,
    gateway_payment_id: payment.cfPaymentId,
    gateway_order_reference_id: "null",
    gateway_settlement: "CASHFREE",
    gateway_status_code: null,
  };
}

export function paymentEntity(payment: PaymentRecord, order: OrderRecord): Record<string, unknown> {
  return {
    auth_id: null,
    authorization: null,
    bank_reference: payment.bankReference,
    cf_payment_id: payment.cfPaymentId,
    entity: "payment",
    error_details: payment.error,
    international_payment: { international: false },
    is_captured: payment.status === "SUCCESS",
    order_amount: rupeesOf(order.amountPaise),
    order_currency: "INR",
    order_id: payment.orderId,
    payment_amount: rupeesOf(payment.amountPaise),
    payment_completion_time: payment.completedMs === null ? null : istOf(payment.completedMs),
    payment_currency: "INR",
    payment_gateway_details: gatewayDetails(payment),
    payment_group: "upi",
    payment_message: payment.message,
    payment_method: method(payment),
    payment_status: payment.status,
    payment_surcharge: null,
    payment_time: istOf(payment.startedMs),
  };
}

const eventTypes = { success: "PAYMENT_SUCCESS_WEBHOOK", failure: "PAYMENT_FAILED_WEBHOOK", dropped: "PAYMENT_USER_DROPPED_WEBHOOK" } as const;

function paymentEvent(payment: PaymentRecord, order: OrderRecord, end: { outcome: Outcome; nowMs: number }): Record<string, unknown> {
  const { outcome, nowMs } = end;
  return {
    data: {
      order: { order_id: order.orderId, order_amount: paddedRupeesOf(order.amountPaise), order_currency: "INR", order_tags: order.tags },
      payment: {
        cf_payment_id: payment.cfPaymentId,
        payment_status: payment.status,
        payment_amount: paddedRupeesOf(payment.amountPaise),
        payment_currency: "INR",
        payment_message: payment.message,
        payment_time: istOf(payment.startedMs),
        // The event spells an absent reference "NA" and an absent auth id "null", both as strings.
        bank_reference: payment.bankReference ?? "NA",
        auth_id: outcome === "success" ? null : "null",
        payment_method: method(payment),
        payment_group: "upi",
        international_payment: { international: false },
        payment_surcharge: null,
      },
      customer_details: order.customer,
      ...(outcome === "failure" ? { error_details: payment.error } : {}),
      payment_gateway_details: gatewayDetails(payment),
      payment_offers: null,
    },
    event_time: istOf(nowMs),
    type: eventTypes[outcome],
  };
}

/** The payment side of the emulator: attempts on orders, and what their ends set off. */
export class Payments {
  readonly #world: World;
  readonly #hooks: WebhookSender;

  constructor(world: World, hooks: WebhookSender) {
    this.#world = world;
    this.#hooks = hooks;
  }

  start(order: OrderRecord, vpa: string): PaymentRecord {
    if (order.status !== "ACTIVE") throw new Refusal(400, "order_not_active", `order is ${order.status}`);
    const { store } = this.#world;
    const cfPaymentId = (firstPaymentId + store.next("cf_payment")).toString();
    return store.put("payments", cfPaymentId, {
      cfPaymentId,
      orderId: order.orderId,
      amountPaise: order.amountPaise,
      status: "PENDING",
      message: "Transaction pending",
      bankReference: null,
      vpa,
      startedMs: this.#world.nowMs(),
      completedMs: null,
      error: null,
    });
  }

  /** Ends a pending payment, moves its order and link, and tells the application. */
  finish(cfPaymentId: string, outcome: Outcome, origin: string): PaymentRecord {
    const { store } = this.#world;
    const before = store.find("payments", cfPaymentId);
    if (before === undefined) throw new Refusal(404, "payment_not_found", "payment does not exist");
    if (before.status !== "PENDING") return before;
    const order = requireOrder(this.#world, before.orderId);
    const closed = order.status !== "ACTIVE" && order.status !== "TERMINATION_REQUESTED";
    const end = closed ? "failure" : outcome;
    const payment = store.put("payments", cfPaymentId, { ...before, ...ending(end, store.next("utr")), completedMs: this.#world.nowMs() });
    if (end === "success") store.put("orders", order.orderId, { ...order, status: "PAID" });
    else if (order.status === "TERMINATION_REQUESTED") store.put("orders", order.orderId, { ...order, status: "TERMINATED" });
    this.#hooks.emit("pg", eventTypes[end], paymentEvent(payment, order, { outcome: end, nowMs: this.#world.nowMs() }));
    if (end === "success" && order.linkId !== null) this.#creditLink(order.linkId, payment, { order, origin });
    return payment;
  }

  #creditLink(linkId: string, payment: PaymentRecord, at: { order: OrderRecord; origin: string }): void {
    const { store } = this.#world;
    const before = requireLink(this.#world, linkId);
    const paid = BigInt(before.paidPaise) + BigInt(payment.amountPaise);
    const link = store.put("links", linkId, { ...before, paidPaise: paid.toString(), status: paid >= BigInt(before.amountPaise) ? "PAID" : "PARTIALLY_PAID" });
    const order = {
      order_amount: decimalOf(at.order.amountPaise),
      order_id: at.order.orderId,
      order_expiry_time: zonelessOf(at.order.expiresMs),
      order_hash: randomCode(20),
      transaction_id: payment.cfPaymentId,
      transaction_status: "SUCCESS",
    };
    this.#hooks.emit("pg", "PAYMENT_LINK_EVENT", {
      data: { ...linkEventData(link, at.origin), order },
      type: "PAYMENT_LINK_EVENT",
      version: 1,
      event_time: istOf(this.#world.nowMs()),
    });
  }

  /** A person at the link's page pays, fails or walks away. */
  payLink(linkId: string, payer: Payer & { amountPaise?: string }, origin: string): PaymentRecord {
    const link = requireLink(this.#world, linkId);
    if (link.status !== "ACTIVE" && link.status !== "PARTIALLY_PAID") throw new Refusal(400, "link_not_active", `This link is ${link.status.toLowerCase().replace("_", " ")}.`);
    const due = BigInt(link.amountPaise) - BigInt(link.paidPaise);
    const amount = payer.amountPaise === undefined ? due : BigInt(payer.amountPaise);
    const minimum = link.partial ? BigInt(link.minimumPaise ?? "100") : due;
    if (amount > due || amount < (minimum < due ? minimum : due)) throw new Refusal(400, "payment_amount_invalid", "This amount cannot be paid on this link.");
    return this.payOrder(orderForLink(this.#world, link, amount.toString()), payer, origin);
  }

  payOrder(order: OrderRecord, payer: Payer, origin: string): PaymentRecord {
    return this.finish(this.start(order, payer.vpa).cfPaymentId, payer.outcome, origin);
  }

  list(orderId: string): Reply {
    const order = requireOrder(this.#world, orderId);
    const payments = this.#world.store.list("payments").filter((payment) => payment.orderId === orderId);
    return { status: 200, body: payments.toReversed().map((payment) => paymentEntity(payment, order)) };
  }

  get(orderId: string, cfPaymentId: string): Reply {
    const order = requireOrder(this.#world, orderId);
    const payment = this.#world.store.find("payments", cfPaymentId);
    if (payment === undefined || payment.orderId !== orderId) throw new Refusal(404, "payment_not_found", "payment does not exist");
    return { status: 200, body: paymentEntity(payment, order) };
  }

  /** POST /orders/sessions: a UPI collect whose test VPA decides how it ends, one step later. */
  pay(ask: Ask): Reply {
    const input = readBody(ask, z.object({ payment_session_id: lexeme, payment_method: z.object({ upi: z.object({ channel: lexeme, upi_id: z.nullish(lexeme) }) }) }));
    const order = this.#world.store.list("orders").find((item) => item.sessionId === input.payment_session_id);
    if (order === undefined) throw new Refusal(400, "payment_session_id_invalid", "payment_session_id is not present or is invalid");
    const vpa = input.payment_method.upi.upi_id ?? "testsuccess@gocash";
    const payment = this.start(requireOrder(this.#world, order.orderId), vpa);
    const outcome = testVpas[vpa.toLowerCase()];
    if (outcome !== undefined) this.#world.plan({ kind: "payment", dueMs: this.#world.nowMs() + this.#world.tuning.stepMs, cfPaymentId: payment.cfPaymentId, outcome });
    const body = {
      action: "custom",
      cf_payment_id: payment.cfPaymentId,
      channel: input.payment_method.upi.channel,
      data: { url: null, payload: null, content_type: null, method: null },
      payment_amount: rupeesOf(payment.amountPaise),
      payment_method: "upi",
    };
    return { status: 200, body };
  }

  /** POST /simulate: the documented sandbox switch for a pending payment. */
  simulate(ask: Ask): Reply {
    const input = readBody(
      ask,
      z.object({ entity: z.literal("PAYMENTS"), entity_id: lexeme, entity_simulation: z.object({ payment_status: z.enum(["SUCCESS", "FAILED", "PENDING", "USER_DROPPED"]) }) }),
    );
    const outcomes = { SUCCESS: "success", FAILED: "failure", USER_DROPPED: "dropped", PENDING: null } as const;
    const outcome = outcomes[input.entity_simulation.payment_status];
    if (outcome !== null) this.finish(input.entity_id, outcome, ask.origin);
    return { status: 200, body: { simulation_id: randomCode(12), entity: input.entity, entity_id: input.entity_id, entity_simulation: input.entity_simulation } };
  }
}

const testVpas: Record<string, Outcome> = {
  "testsuccess@gocash": "success",
  "testfailure@gocash": "failure",
  "testinsufficientfunds@gocash": "failure",
  "testuserdropped@gocash": "dropped",
};

function ending(outcome: Outcome, counter: bigint): Pick<PaymentRecord, "status" | "message" | "bankReference" | "error"> {
  if (outcome === "success") return { status: "SUCCESS", message: "00::Transaction success", bankReference: (234_928_000_000n + counter).toString(), error: null };
  if (outcome === "dropped") return { status: "USER_DROPPED", message: "User dropped and did not complete the two factor authentication", bankReference: null, error: null };
  const error = {
    error_code: "TRANSACTION_DECLINED",
    error_description: "issuer bank or payment service provider declined the transaction",
    error_reason: "auth_declined",
    error_source: "customer",
  };
  return { status: "FAILED", message: "ZM::Transaction failed", bankReference: null, error };
}
