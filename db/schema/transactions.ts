import { sql } from "drizzle-orm";
import { bigint, check, index, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { evidenceChannels, transactionKindList, transactionStatusList } from "@/lib/transactions/contract";
import { bytes, instant, paiseColumn } from "./columns.ts";

/** One searchable row per movement of money, maintained in the same transaction as its source. */
export const transactions = pgTable(
  "transactions",
  {
    id: text().primaryKey(),
    kind: text({ enum: transactionKindList }).notNull(),
    sourceId: text("source_id").notNull(),
    accountId: text("account_id"),
    status: text({ enum: transactionStatusList }).notNull(),
    /** Signed: money in is positive, money out negative. */
    amountPaise: paiseColumn("amount_paise").notNull(),
    /** |amount|, for range filters. */
    magnitudePaise: paiseColumn("magnitude_paise").notNull(),
    method: text(),
    /** A label that is already masked: this table holds no personal data in the clear. */
    counterparty: text(),
    /** How the other side can be reached, masked ("••••••4210 · a•••@example.com"). */
    contactMask: text("contact_mask"),
    gatewayId: text("gateway_id"),
    orderId: text("order_id"),
    linkId: text("link_id"),
    bankReference: text("bank_reference"),
    /** Other ids it is found by: our order's id, Cashfree's ids of the link or the order. */
    relatedIds: text("related_ids").array(),
    /** The beneficiary of a payout. A column of its own, because an entry of the list above costs many times more to keep. */
    payeeId: text("payee_id"),
    emailIndex: bytes("email_index"),
    phoneIndex: bytes("phone_index"),
    vpaIndex: bytes("vpa_index"),
    last4: text("last4"),
    occurredAt: instant("occurred_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("transactions_source").on(table.sourceId, table.kind),
    index("transactions_recent").on(table.occurredAt, table.id),
    index("transactions_status").on(table.status, table.occurredAt, table.id),
    index("transactions_kind").on(table.kind, table.occurredAt, table.id),
    index("transactions_account").on(table.accountId, table.occurredAt, table.id),
    index("transactions_magnitude").on(table.magnitudePaise, table.occurredAt, table.id),
    // Partial, so that a row pays only for the identifiers it has: every state change rewrites each index entry.
    index("transactions_gateway")
      .on(table.gatewayId)
      .where(sql`${table.gatewayId} is not null`),
    index("transactions_order")
      .on(table.orderId)
      .where(sql`${table.orderId} is not null`),
    index("transactions_link")
      .on(table.linkId)
      .where(sql`${table.linkId} is not null`),
    index("transactions_bank_reference")
      .on(table.bankReference)
      .where(sql`${table.bankReference} is not null`),
    index("transactions_related")
      .using("gin", table.relatedIds)
      .where(sql`${table.relatedIds} is not null`),
    index("transactions_payee")
      .on(table.payeeId)
      .where(sql`${table.payeeId} is not null`),
    index("transactions_email")
      .on(table.emailIndex)
      .where(sql`${table.emailIndex} is not null`),
    index("transactions_phone")
      .on(table.phoneIndex)
      .where(sql`${table.phoneIndex} is not null`),
    index("transactions_vpa")
      .on(table.vpaIndex)
      .where(sql`${table.vpaIndex} is not null`),
    index("transactions_last4")
      .on(table.last4, table.occurredAt)
      .where(sql`${table.last4} is not null`),
    check("transactions_magnitude_is_abs", sql`${table.magnitudePaise} = abs(${table.amountPaise})`),
  ],
);

/** What happened to a movement, written by the room it happened in, in the same transaction. Append-only. */
export const transactionEvidence = pgTable(
  "transaction_evidence",
  {
    id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text({ enum: transactionKindList }).notNull(),
    sourceId: text("source_id").notNull(),
    at: instant("at").notNull(),
    /** gateway call · webhook · decision · ledger · person · system */
    channel: text({ enum: evidenceChannels }).notNull(),
    sentence: text().notNull(),
    actorId: text("actor_id").notNull(),
    /** The row that proves it, e.g. `payout_attempts/att_…`. */
    reference: text().notNull(),
    detail: jsonb().$type<Record<string, string>>().notNull().default({}),
  },
  (table) => [index("transaction_evidence_source").on(table.kind, table.sourceId, table.id)],
);
