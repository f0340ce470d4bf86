import { toDataURL } from "qrcode";
import * as z from "zod/mini";
import { lexeme, rupees } from "../json.ts";
import { futureMs, orderEntity } from "./orders.ts";
import type { LinkRecord } from "./records.ts";
import { decimalOf, istOf, paiseText, readBody, Refusal, rupeesOf, zonelessOf, type Ask, type Reply } from "./wire.ts";
import { randomCode, type World } from "./world.ts";

const text = z.nullish(lexeme);
const createShape = z.object({
  link_id: lexeme.check(z.regex(/^[A-Za-z0-9_-]{1,50}$/)),
  link_amount: rupees.check(z.refine((value) => value >= 100n)),
  link_currency: z.literal("INR"),
  link_purpose: lexeme.check(z.minLength(1), z.maxLength(500)),
  customer_details: z.object({ customer_phone: lexeme.check(z.regex(/^(\+91)?\d{10}$/)), customer_email: text, customer_name: text }),
  link_partial_payments: z.nullish(z.boolean()),
  link_minimum_partial_amount: z.nullish(rupees),
  link_expiry_time: text,
  link_notify: z.nullish(z.object({ send_sms: z.nullish(z.boolean()), send_email: z.nullish(z.boolean()) })),
  link_auto_reminders: z.nullish(z.boolean()),
  link_notes: z.nullish(z.record(z.string(), lexeme)),
  link_meta: z.nullish(z.object({ notify_url: text, return_url: text, upi_intent: z.nullish(z.union([z.boolean(), z.string()])), payment_methods: text })),
});

const qrCodes = new Map<string, string>();

async function qrCode(url: string): Promise<string> {
  const known = qrCodes.get(url);
  if (known !== undefined) return known;
  const made = await toDataURL(url, { margin: 1, scale: 4 });
  if (qrCodes.size > 1000) qrCodes.clear();
  qrCodes.set(url, made);
  return made;
}

export function linkUrl(link: LinkRecord, origin: string): string {
  return `${origin}/pay/${link.code}`;
}

async function linkEntity(link: LinkRecord, origin: string): Promise<Record<string, unknown>> {
  const url = linkUrl(link, origin);
  return {
    cf_link_id: link.cfLinkId,
    customer_details: link.customer,
    link_amount: rupeesOf(link.amountPaise),
    link_amount_paid: rupeesOf(link.paidPaise),
    link_auto_reminders: link.autoReminders,
    link_created_at: istOf(link.createdMs),
    link_currency: "INR",
    link_expiry_time: istOf(link.expiresMs),
    link_id: link.linkId,
    link_meta: link.meta,
    link_minimum_partial_amount: link.minimumPaise === null ? null : rupeesOf(link.minimumPaise),
    link_notes: link.notes,
    link_notify: link.notify,
    link_partial_payments: link.partial,
    link_purpose: link.purpose,
    link_qrcode: await qrCode(url),
    link_status: link.status,
    link_url: url,
    order_splits: [],
  };
}

/** The link event's own dialect: string amounts and times without a zone. */
export function linkEventData(link: LinkRecord, origin: string): Record<string, unknown> {
  return {
    cf_link_id: link.cfLinkId,
    link_id: link.linkId,
    link_status: link.status,
    link_currency: "INR",
    link_amount: decimalOf(link.amountPaise),
    link_amount_paid: decimalOf(link.paidPaise),
    link_partial_payments: link.partial,
    link_minimum_partial_amount: link.minimumPaise === null ? null : decimalOf(link.minimumPaise),
    link_purpose: link.purpose,
    link_created_at: zonelessOf(link.createdMs),
    customer_details: link.customer,
    link_meta: link.meta,
    link_url: linkUrl(link, origin),
    link_expiry_time: zonelessOf(link.expiresMs),
    link_notes: link.notes,
    link_auto_reminders: link.autoReminders,
    link_notify: link.notify,
  };
}

/** The link with its expiry applied, or the gateway's 404. */
export function requireLink(world: World, linkId: string): LinkRecord {
  const link = world.store.find("links", linkId);
  if (link === undefined) throw new Refusal(404, "link_not_found", "Payment link does not exist");
  const open = link.status === "ACTIVE" || link.status === "PARTIALLY_PAID";
  if (open && link.expiresMs <= world.nowMs()) return world.store.put("links", linkId, { ...link, status: "EXPIRED" });
  return link;
}

export async function createLink(world: World, ask: Ask): Promise<Reply> {
  const input = readBody(ask, createShape);
  if (world.store.find("links", input.link_id) !== undefined) throw new Refusal(409, "link_already_exists", "Link with the given link_id already exists");
  const minimum = input.link_minimum_partial_amount ?? null;
  const partial = input.link_partial_payments ?? false;
  if (partial && minimum !== null && minimum >= input.link_amount)
    throw new Refusal(400, "link_minimum_partial_amount_invalid", "link_minimum_partial_amount : should be less than link_amount");
  const { customer_details: customer, link_meta: meta } = input;
  const link: LinkRecord = {
    linkId: input.link_id,
    cfLinkId: (1_996_567n + world.store.next("cf_link")).toString(),
    code: randomCode(12),
    amountPaise: paiseText(input.link_amount),
    paidPaise: "0",
    partial,
    minimumPaise: partial && minimum !== null ? paiseText(minimum) : null,
    status: "ACTIVE",
    purpose: input.link_purpose,
    createdMs: world.nowMs(),
    expiresMs: futureMs(world, "link_expiry_time", input.link_expiry_time),
    customer: { customer_name: customer.customer_name ?? null, customer_phone: customer.customer_phone, customer_email: customer.customer_email ?? null },
    meta: { notify_url: meta?.notify_url ?? null, return_url: meta?.return_url ?? null, upi_intent: String(meta?.upi_intent ?? false) },
    notes: input.link_notes ?? {},
    notify: { send_sms: input.link_notify?.send_sms ?? false, send_email: input.link_notify?.send_email ?? false },
    autoReminders: input.link_auto_reminders ?? false,
  };
  world.store.put("links", link.linkId, link);
  return { status: 200, body: await linkEntity(link, ask.origin) };
}

export async function getLink(world: World, ask: Ask, linkId: string): Promise<Reply> {
  return { status: 200, body: await linkEntity(requireLink(world, linkId), ask.origin) };
}

export async function cancelLink(world: World, ask: Ask, linkId: string): Promise<Reply> {
  const link = requireLink(world, linkId);
  if (link.status !== "ACTIVE") throw new Refusal(400, "link_cannot_be_cancelled", `Link is ${link.status} and cannot be cancelled`);
  return { status: 200, body: await linkEntity(world.store.put("links", linkId, { ...link, status: "CANCELLED" }), ask.origin) };
}

export function listLinkOrders(world: World, ask: Ask, linkId: string): Reply {
  requireLink(world, linkId);
  const all = ask.query.get("status") === "ALL";
  const orders = world.store.list("orders").filter((order) => order.linkId === linkId && (all || order.status === "PAID"));
  return { status: 200, body: orders.map(orderEntity) };
}
