import * as z from "zod/mini";
import { openStatus, linkStatuses, paymentStatuses, transferStatuses, type OpenStatus } from "./contract.ts";
import { instantOrNull, lexeme, lexemeOrNull, parseJson } from "./json.ts";

export type WebhookSubject =
  | { kind: "payment"; orderId: string; cfPaymentId: string; status: OpenStatus<typeof paymentStatuses>; linkId: string | null }
  | { kind: "link"; linkId: string; cfLinkId: string | null; status: OpenStatus<typeof linkStatuses>; orderId: string | null }
  | { kind: "transfer"; transferId: string; cfTransferId: string | null; status: OpenStatus<typeof transferStatuses>; statusCode: string | null }
  | { kind: "unknown" };

/** What an event is about, never what to believe: the resource is read again from the API before money moves. */
export type WebhookEvent = { type: string; subject: WebhookSubject; eventTime: Date | null };

const eventShape = z.object({ type: lexeme, event_time: instantOrNull, data: z.nullish(z.unknown()) });

const paymentShape = z.object({
  order: z.object({ order_id: lexeme, order_tags: z.nullish(z.record(z.string(), z.unknown())) }),
  payment: z.object({ cf_payment_id: lexeme, payment_status: lexeme }),
});

const linkShape = z.object({ link_id: lexeme, cf_link_id: lexemeOrNull, link_status: lexeme, order: z.nullish(z.object({ order_id: lexemeOrNull })) });
// A third of the documentation nests the link one level deeper.
const nestedLinkShape = z.object({ link: linkShape });

const transferShape = z.object({ transfer_id: lexeme, cf_transfer_id: lexemeOrNull, status: lexeme, status_code: lexemeOrNull });

/** Reads the body of a webhook whose signature was verified; "unparseable" for a byte-order mark, truncation or anything but an event. */
export function parseWebhook(raw: Uint8Array): WebhookEvent | "unparseable" {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
  } catch {
    return "unparseable";
  }
  const parsed = parseJson(text);
  const event = eventShape.safeParse(parsed?.value);
  if (!event.success) return "unparseable";
  return { type: event.data.type, subject: subjectOf(event.data.type, event.data.data), eventTime: event.data.event_time };
}

function subjectOf(type: string, data: unknown): WebhookSubject {
  if (type === "PAYMENT_LINK_EVENT") return linkSubject(data);
  if (type.startsWith("PAYMENT_")) return paymentSubject(data);
  if (type.startsWith("TRANSFER_")) return transferSubject(data);
  return { kind: "unknown" };
}

function paymentSubject(data: unknown): WebhookSubject {
  const read = paymentShape.safeParse(data);
  if (!read.success) return { kind: "unknown" };
  const { order, payment } = read.data;
  const linkId = order.order_tags?.["link_id"];
  return {
    kind: "payment",
    orderId: order.order_id,
    cfPaymentId: payment.cf_payment_id,
    status: openStatus(paymentStatuses, payment.payment_status),
    linkId: typeof linkId === "string" ? linkId : null,
  };
}

function linkSubject(data: unknown): WebhookSubject {
  const nested = nestedLinkShape.safeParse(data);
  const read = nested.success ? { success: true as const, data: nested.data.link } : linkShape.safeParse(data);
  if (!read.success) return { kind: "unknown" };
  return {
    kind: "link",
    linkId: read.data.link_id,
    cfLinkId: read.data.cf_link_id,
    status: openStatus(linkStatuses, read.data.link_status),
    orderId: read.data.order?.order_id ?? null,
  };
}

function transferSubject(data: unknown): WebhookSubject {
  const read = transferShape.safeParse(data);
  if (!read.success) return { kind: "unknown" };
  return {
    kind: "transfer",
    transferId: read.data.transfer_id,
    cfTransferId: read.data.cf_transfer_id,
    status: openStatus(transferStatuses, read.data.status),
    statusCode: read.data.status_code,
  };
}
