import * as z from "zod/mini";
import { zeroPaise } from "@/lib/money";
import { toIst } from "@/lib/time";
import { linkStatuses, openStatus, type CallOptions, type CreateLinkInput, type GatewayLink, type GatewayOrder, type GatewayResult } from "./contract.ts";
import { send, type CashfreeSettings } from "./http.ts";
import { instantOrNull, lexeme, lexemeOrNull, rupees, rupeesNumber, rupeesOrNull } from "./json.ts";
import { aboutId, pgHeaders, readOrder } from "./orders.ts";

const linkShape = z.object({
  link_id: lexeme,
  cf_link_id: lexeme,
  link_status: lexeme,
  link_amount: rupees,
  link_amount_paid: rupeesOrNull,
  link_currency: lexeme,
  link_purpose: lexemeOrNull,
  link_url: lexemeOrNull,
  link_created_at: instantOrNull,
  link_expiry_time: instantOrNull,
});

/** A link's address if people may be sent there: https on cashfree.com without user info or port, or exactly the configured emulator. */
export function safeLinkUrl(text: string | null, emulatorUrl: string | null): string | null {
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return null;
  if (emulatorUrl !== null) return url.origin === new URL(emulatorUrl).origin ? url.href : null;
  const cashfreeHost = /^([a-z0-9-]+\.)*cashfree\.com$/.test(url.hostname);
  return url.protocol === "https:" && url.port === "" && cashfreeHost ? url.href : null;
}

function readLink(emulatorUrl: string | null): (json: unknown) => GatewayLink {
  return (json) => {
    const link = linkShape.parse(json);
    return {
      linkId: link.link_id,
      cfLinkId: link.cf_link_id,
      status: openStatus(linkStatuses, link.link_status),
      statusRaw: link.link_status,
      amountPaise: link.link_amount,
      amountPaidPaise: link.link_amount_paid ?? zeroPaise,
      currency: link.link_currency,
      purpose: link.link_purpose,
      url: safeLinkUrl(link.link_url, emulatorUrl),
      createdAt: link.link_created_at,
      expiresAt: link.link_expiry_time,
    };
  };
}

export async function createLink(settings: CashfreeSettings, input: CreateLinkInput, options?: CallOptions): Promise<GatewayResult<GatewayLink>> {
  const { customer } = input;
  const meta = { ...(input.notifyUrl === undefined ? {} : { notify_url: input.notifyUrl }), ...(input.returnUrl === undefined ? {} : { return_url: input.returnUrl }) };
  const body = {
    link_id: input.linkId,
    link_amount: rupeesNumber(input.amountPaise),
    link_currency: "INR",
    link_purpose: input.purpose,
    customer_details: { customer_phone: customer.phone, customer_email: customer.email, customer_name: customer.name },
    link_partial_payments: input.partial === undefined ? undefined : true,
    link_minimum_partial_amount: input.partial === undefined ? undefined : rupeesNumber(input.partial.minimumPaise),
    link_expiry_time: input.expiresAt === undefined ? undefined : toIst(input.expiresAt),
    link_notify: input.notify === undefined ? undefined : { send_sms: input.notify.sms, send_email: input.notify.email },
    link_auto_reminders: input.autoReminders,
    link_notes: input.notes,
    link_meta: Object.keys(meta).length === 0 ? undefined : meta,
  };
  const result = await send(settings, {
    operation: "create_link",
    method: "POST",
    url: `${settings.pgBase}/links`,
    headers: pgHeaders(settings),
    body,
    creates: true,
    read: readLink(settings.emulatorUrl),
    options,
  });
  return aboutId(result, (link) => link.linkId === input.linkId && link.amountPaise === input.amountPaise);
}

export async function getLink(settings: CashfreeSettings, linkId: string, options?: CallOptions): Promise<GatewayResult<GatewayLink>> {
  const url = `${settings.pgBase}/links/${encodeURIComponent(linkId)}`;
  const result = await send(settings, { operation: "get_link", method: "GET", url, headers: pgHeaders(settings), read: readLink(settings.emulatorUrl), options });
  return aboutId(result, (link) => link.linkId === linkId);
}

export async function cancelLink(settings: CashfreeSettings, linkId: string, options?: CallOptions): Promise<GatewayResult<GatewayLink>> {
  const url = `${settings.pgBase}/links/${encodeURIComponent(linkId)}/cancel`;
  const result = await send(settings, { operation: "cancel_link", method: "POST", url, headers: pgHeaders(settings), read: readLink(settings.emulatorUrl), options });
  return aboutId(result, (link) => link.linkId === linkId);
}

/** The orders a link's payers made; the gateway shows only paid ones unless `ALL` is asked for. */
export function listLinkOrders(settings: CashfreeSettings, key: { linkId: string; status: "ALL" | "PAID" }, options?: CallOptions): Promise<GatewayResult<GatewayOrder[]>> {
  const url = `${settings.pgBase}/links/${encodeURIComponent(key.linkId)}/orders?status=${key.status}`;
  const read = (json: unknown) => z.array(z.unknown()).parse(json).map(readOrder);
  return send(settings, { operation: "list_link_orders", method: "GET", url, headers: pgHeaders(settings), read, options });
}
