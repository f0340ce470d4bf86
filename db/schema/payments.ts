import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { accounts } from "./accounts.ts";
import { bytes, ciphertext, instant, paiseColumn } from "./columns.ts";

export const linkStatuses = ["creating", "active", "partially_paid", "paid", "expired", "cancelled", "refused"] as const;

export const paymentLinks = pgTable(
  "payment_links",
  {
    /** Also Cashfree's link_id. */
    id: text().primaryKey(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    cfLinkId: text("cf_link_id"),
    amountPaise: paiseColumn("amount_paise").notNull(),
    paidPaise: paiseColumn("paid_paise")
      .notNull()
      .default(sql`0`),
    purpose: text().notNull(),
    status: text({ enum: linkStatuses }).notNull().default("creating"),
    url: text(),
    environment: text({ enum: ["emulator", "sandbox", "production"] }).notNull(),
    customerNameCt: ciphertext("customer_name_ct"),
    phoneCt: ciphertext("phone_ct").notNull(),
    phoneIndex: bytes("phone_index").notNull(),
    emailCt: ciphertext("email_ct"),
    emailIndex: bytes("email_index"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** When the gateway is asked again, whatever webhooks said or did not say; null when nothing more can happen. */
    nextCheckAt: instant("next_check_at"),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("payment_links_check")
      .on(table.nextCheckAt)
      .where(sql`${table.nextCheckAt} is not null`),
    index("payment_links_cf")
      .on(table.cfLinkId)
      .where(sql`${table.cfLinkId} is not null`),
    index("payment_links_phone").on(table.phoneIndex),
    index("payment_links_email")
      .on(table.emailIndex)
      .where(sql`${table.emailIndex} is not null`),
    index("payment_links_status").on(table.status, table.id),
    index("payment_links_account").on(table.accountId, table.id),
    check("payment_links_amount", sql`${table.amountPaise} >= 100`),
    check("payment_links_url", sql`${table.url} is null or ${table.environment} = 'emulator' or ${table.url} ~ '^https://'`),
  ],
);

/** Every order is ours or stems from a link of ours; its account_id is what money is credited by, never the webhook. */
export const orders = pgTable(
  "orders",
  {
    id: text().primaryKey(),
    /** Cashfree's order_id: our own id for orders we create, CFPay_… for a link's. */
    gatewayOrderId: text("gateway_order_id").notNull(),
    accountId: text("account_id").references(() => accounts.id, { onDelete: "restrict" }),
    linkId: text("link_id").references(() => paymentLinks.id, { onDelete: "restrict" }),
    amountPaise: paiseColumn("amount_paise").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("orders_gateway").on(table.gatewayOrderId),
    index("orders_link")
      .on(table.linkId)
      .where(sql`${table.linkId} is not null`),
  ],
);

/** In the order in which a payment may move: never to the left. */
export const paymentStatuses = ["pending", "dropped", "failed", "succeeded"] as const;

export const payments = pgTable(
  "payments",
  {
    id: text().primaryKey(),
    cfPaymentId: text("cf_payment_id").notNull(),
    orderId: text("order_id")
      .notNull()
      .references(() => orders.id, { onDelete: "restrict" }),
    accountId: text("account_id").references(() => accounts.id, { onDelete: "restrict" }),
    amountPaise: paiseColumn("amount_paise").notNull(),
    status: text({ enum: paymentStatuses }).notNull(),
    method: text(),
    bankReference: text("bank_reference"),
    message: text(),
    paidAt: instant("paid_at"),
    createdAt: instant("created_at").notNull(),
    /** When a payment that is still open is asked about again. */
    nextCheckAt: instant("next_check_at"),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("payments_cf").on(table.cfPaymentId),
    index("payments_order").on(table.orderId),
    index("payments_check")
      .on(table.nextCheckAt)
      .where(sql`${table.nextCheckAt} is not null`),
    check("payments_amount", sql`${table.amountPaise} > 0`),
  ],
);
