import * as z from "zod/mini";
import { dayMs, parseInstant } from "@/lib/time";
import { lexeme, rupees } from "../json.ts";
import type { LinkRecord, OrderRecord } from "./records.ts";
import { istOf, paiseText, readBody, Refusal, rupeesOf, type Ask, type Reply } from "./wire.ts";
import { randomCode, type World } from "./world.ts";

const text = z.nullish(lexeme);
const customerShape = z.object({
  customer_id: lexeme.check(z.regex(/^[A-Za-z0-9_-]{3,50}$/)),
  customer_phone: lexeme.check(z.regex(/^(\+91)?\d{10}$/)),
  customer_email: text,
  customer_name: text,
});

const createShape = z.object({
  order_id: z.optional(lexeme.check(z.regex(/^[A-Za-z0-9_-]{3,45}$/))),
  order_amount: rupees.check(z.refine((value) => value >= 100n)),
  order_currency: z.literal("INR"),
  customer_details: customerShape,
  order_meta: z.nullish(z.object({ return_url: text, notify_url: text, payment_methods: text })),
  order_expiry_time: text,
  order_note: text,
  order_tags: z.nullish(z.record(z.string(), lexeme.check(z.maxLength(255)))),
});

/** Reads a time the caller chose; refuses one that is unreadable or past. */
export function futureMs(world: World, field: string, value: string | null | undefined): number {
  if (value === null || value === undefined) return world.nowMs() + 30 * dayMs;
  const at = parseInstant(value);
  if (at === null || at.getTime() <= world.nowMs()) throw new Refusal(400, `${field}_invalid`, `${field} : should be a future time`);
  return at.getTime();
}

export function orderEntity(order: OrderRecord): Record<string, unknown> {
  return {
    cart_details: null,
    cf_order_id: order.cfOrderId,
    created_at: istOf(order.createdMs),
    customer_details: { ...order.customer, customer_uid: null },
    entity: "order",
    order_amount: rupeesOf(order.amountPaise),
    order_currency: "INR",
    order_expiry_time: istOf(order.expiresMs),
    order_id: order.orderId,
    order_meta: order.meta,
    order_note: order.note,
    order_splits: [],
    order_status: order.status,
    order_tags: order.tags,
    payment_session_id: order.sessionId,
    products: null,
    terminal_data: null,
    ...(order.linkId === null ? {} : { link_id: order.linkId }),
  };
}

/** The order with its expiry applied, or the gateway's 404. */
export function requireOrder(world: World, orderId: string): OrderRecord {
  const order = world.store.find("orders", orderId);
  if (order === undefined) throw new Refusal(404, "order_not_found", "Order Reference Id does not exist");
  if (order.status === "ACTIVE" && order.expiresMs <= world.nowMs()) return world.store.put("orders", orderId, { ...order, status: "EXPIRED" });
  return order;
}

export function createOrder(world: World, ask: Ask): Reply {
  const input = readBody(ask, createShape);
  const orderId = input.order_id ?? `order_${randomCode(20)}`;
  if (world.store.find("orders", orderId) !== undefined) throw new Refusal(409, "order_already_exists", "order with same id is already present");
  const order: OrderRecord = {
    orderId,
    cfOrderId: (2_149_460_581n + world.store.next("cf_order")).toString(),
    sessionId: `session_${randomCode(60)}payment`,
    amountPaise: paiseText(input.order_amount),
    status: "ACTIVE",
    createdMs: world.nowMs(),
    expiresMs: futureMs(world, "order_expiry_time", input.order_expiry_time),
    note: input.order_note ?? null,
    tags: input.order_tags ?? null,
    customer: {
      customer_id: input.customer_details.customer_id,
      customer_name: input.customer_details.customer_name ?? null,
      customer_email: input.customer_details.customer_email ?? null,
      customer_phone: input.customer_details.customer_phone,
    },
    meta: { return_url: input.order_meta?.return_url ?? null, notify_url: input.order_meta?.notify_url ?? null, payment_methods: input.order_meta?.payment_methods ?? null },
    linkId: null,
  };
  world.store.put("orders", orderId, order);
  return { status: 200, body: orderEntity(order) };
}

/** The ordinary order that a payer's visit to a link makes. */
export function orderForLink(world: World, link: LinkRecord, amountPaise: string): OrderRecord {
  const open = world.store.list("orders").find((order) => order.linkId === link.linkId && order.status === "ACTIVE" && order.amountPaise === amountPaise);
  if (open !== undefined) return open;
  const orderId = `CFPay_${link.code}_${randomCode(8)}`;
  return world.store.put("orders", orderId, {
    orderId,
    cfOrderId: (2_149_460_581n + world.store.next("cf_order")).toString(),
    sessionId: `session_${randomCode(60)}payment`,
    amountPaise,
    status: "ACTIVE",
    createdMs: world.nowMs(),
    expiresMs: link.expiresMs,
    note: link.purpose.slice(0, 200),
    tags: { cf_link_id: link.cfLinkId, link_id: link.linkId },
    customer: { customer_id: `link_${link.code}`, customer_name: null, customer_email: null, customer_phone: null, ...link.customer },
    meta: { return_url: null, notify_url: null, payment_methods: null },
    linkId: link.linkId,
  });
}

export function terminateOrder(world: World, ask: Ask, orderId: string): Reply {
  readBody(ask, z.object({ order_status: z.literal("TERMINATED") }));
  const order = requireOrder(world, orderId);
  if (order.status !== "ACTIVE") throw new Refusal(400, "order_terminate_failed", `order is ${order.status}`);
  // A payer who is paying right now can still win against the termination.
  const racing = world.store.list("payments").some((payment) => payment.orderId === orderId && payment.status === "PENDING");
  const status = racing ? "TERMINATION_REQUESTED" : "TERMINATED";
  return { status: 200, body: orderEntity(world.store.put("orders", orderId, { ...order, status })) };
}
