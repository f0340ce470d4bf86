import * as z from "zod/mini";
import { toIst } from "@/lib/time";
import { sensitive } from "@/lib/sensitive";
import {
  openStatus,
  orderStatuses,
  paymentStatuses,
  pgApiVersion,
  type CallOptions,
  type CreateOrderInput,
  type GatewayOrder,
  type GatewayPayment,
  type GatewayResult,
} from "./contract.ts";
import { send, type CashfreeSettings } from "./http.ts";
import { instantOrNull, lexeme, lexemeOrNull, rupees, rupeesNumber, rupeesOrNull } from "./json.ts";

const orderShape = z.object({
  order_id: lexeme,
  cf_order_id: lexeme,
  order_status: lexeme,
  order_amount: rupees,
  order_currency: lexeme,
  payment_session_id: lexemeOrNull,
  created_at: instantOrNull,
  order_expiry_time: instantOrNull,
  order_tags: z.nullish(z.record(z.string(), z.unknown())),
});

/** Reads one OrderEntity; throws when it is none. */
export function readOrder(json: unknown): GatewayOrder {
  const order = orderShape.parse(json);
  return {
    orderId: order.order_id,
    cfOrderId: order.cf_order_id,
    status: openStatus(orderStatuses, order.order_status),
    statusRaw: order.order_status,
    amountPaise: order.order_amount,
    currency: order.order_currency,
    paymentSessionId: order.payment_session_id,
    createdAt: order.created_at,
    expiresAt: order.order_expiry_time,
    tags: Object.fromEntries(Object.entries(order.order_tags ?? {}).map(([key, value]) => [key, String(value)])),
  };
}

const paymentShape = z.object({
  cf_payment_id: lexeme,
  order_id: lexeme,
  payment_status: lexeme,
  payment_amount: rupees,
  payment_currency: lexeme,
  order_amount: rupeesOrNull,
  is_captured: z.nullish(z.boolean()),
  payment_message: lexemeOrNull,
  bank_reference: lexemeOrNull,
  payment_group: lexemeOrNull,
  payment_method: z.nullish(z.record(z.string(), z.unknown())),
  payment_time: instantOrNull,
  payment_completion_time: instantOrNull,
  error_details: z.nullish(z.object({ error_code: lexemeOrNull, error_description: lexemeOrNull })),
});
const upiShape = z.object({ upi: z.object({ upi_id: lexeme }) });

function readPayment(json: unknown): GatewayPayment {
  const payment = paymentShape.parse(json);
  const upi = upiShape.safeParse(payment.payment_method);
  return {
    cfPaymentId: payment.cf_payment_id,
    orderId: payment.order_id,
    status: openStatus(paymentStatuses, payment.payment_status),
    statusRaw: payment.payment_status,
    amountPaise: payment.payment_amount,
    currency: payment.payment_currency,
    orderAmountPaise: payment.order_amount,
    isCaptured: payment.is_captured ?? false,
    message: payment.payment_message,
    bankReference: payment.bank_reference,
    group: payment.payment_group,
    method: Object.keys(payment.payment_method ?? {})[0] ?? null,
    payerVpa: upi.success ? sensitive(upi.data.upi.upi_id) : null,
    paidAt: payment.payment_time,
    completedAt: payment.payment_completion_time,
    errorCode: payment.error_details?.error_code ?? null,
    errorDescription: payment.error_details?.error_description ?? null,
  };
}

/** The headers every PG call carries. */
export function pgHeaders(settings: CashfreeSettings): Record<string, string> {
  return { "x-api-version": pgApiVersion, "x-client-id": settings.pg.clientId, "x-client-secret": settings.pg.clientSecret.reveal() };
}

/** Refuses an answer that speaks of another object than the one asked for: it proves nothing about ours. */
export function aboutId<T>(result: GatewayResult<T>, matches: (value: T) => boolean): GatewayResult<T> {
  return result.kind === "answer" && !matches(result.value) ? { kind: "unknown", reason: "mismatch", httpStatus: result.httpStatus } : result;
}

export async function createOrder(settings: CashfreeSettings, input: CreateOrderInput, options?: CallOptions): Promise<GatewayResult<GatewayOrder>> {
  const { customer } = input;
  const meta = { ...(input.returnUrl === undefined ? {} : { return_url: input.returnUrl }), ...(input.notifyUrl === undefined ? {} : { notify_url: input.notifyUrl }) };
  const body = {
    order_id: input.orderId,
    order_amount: rupeesNumber(input.amountPaise),
    order_currency: "INR",
    customer_details: { customer_id: customer.id, customer_phone: customer.phone, customer_email: customer.email, customer_name: customer.name },
    order_meta: Object.keys(meta).length === 0 ? undefined : meta,
    order_expiry_time: input.expiresAt === undefined ? undefined : toIst(input.expiresAt),
    order_note: input.note,
    order_tags: input.tags,
  };
  const result = await send(settings, {
    operation: "create_order",
    method: "POST",
    url: `${settings.pgBase}/orders`,
    headers: pgHeaders(settings),
    body,
    creates: true,
    read: readOrder,
    options,
  });
  return aboutId(result, (order) => order.orderId === input.orderId && order.amountPaise === input.amountPaise);
}

export async function getOrder(settings: CashfreeSettings, orderId: string, options?: CallOptions): Promise<GatewayResult<GatewayOrder>> {
  const url = `${settings.pgBase}/orders/${encodeURIComponent(orderId)}`;
  const result = await send(settings, { operation: "get_order", method: "GET", url, headers: pgHeaders(settings), read: readOrder, options });
  return aboutId(result, (order) => order.orderId === orderId);
}

export async function listOrderPayments(settings: CashfreeSettings, orderId: string, options?: CallOptions): Promise<GatewayResult<GatewayPayment[]>> {
  const url = `${settings.pgBase}/orders/${encodeURIComponent(orderId)}/payments`;
  const read = (json: unknown) => z.array(z.unknown()).parse(json).map(readPayment);
  const result = await send(settings, { operation: "list_order_payments", method: "GET", url, headers: pgHeaders(settings), read, options });
  return aboutId(result, (payments) => payments.every((payment) => payment.orderId === orderId));
}

export async function getOrderPayment(settings: CashfreeSettings, key: { orderId: string; cfPaymentId: string }, options?: CallOptions): Promise<GatewayResult<GatewayPayment>> {
  const url = `${settings.pgBase}/orders/${encodeURIComponent(key.orderId)}/payments/${encodeURIComponent(key.cfPaymentId)}`;
  const result = await send(settings, { operation: "get_order_payment", method: "GET", url, headers: pgHeaders(settings), read: readPayment, options });
  return aboutId(result, (payment) => payment.orderId === key.orderId && payment.cfPaymentId === key.cfPaymentId);
}
