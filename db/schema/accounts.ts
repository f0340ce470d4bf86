import { sql } from "drizzle-orm";
import { check, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, ciphertext, instant } from "./columns.ts";
import { vaultTokens } from "./vault.ts";

/** A payee we hold money for. Its name is a trading name, shown to everyone at the desk. */
export const accounts = pgTable("accounts", {
  id: text().primaryKey(),
  name: text().notNull(),
  fundsAvailable: text("funds_available", { enum: ["at_capture", "at_settlement"] })
    .notNull()
    .default("at_settlement"),
  status: text({ enum: ["active", "closed"] })
    .notNull()
    .default("active"),
  createdAt: instant("created_at").notNull(),
});

export const beneficiaries = pgTable(
  "beneficiaries",
  {
    /** Also Cashfree's beneficiary_id: alphanumerics and underscore. */
    id: text().primaryKey(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    nameCt: ciphertext("name_ct").notNull(),
    kind: text({ enum: ["bank_account", "vpa"] }).notNull(),
    tokenId: text("token_id")
      .notNull()
      .references(() => vaultTokens.id, { onDelete: "restrict" }),
    /** Keyed hash of the destination, safe to show inside a signed statement. */
    destinationHash: bytes("destination_hash").notNull(),
    last4: text("last4").notNull(),
    ifsc: text(),
    version: integer().notNull().default(1),
    status: text({ enum: ["active", "retired"] })
      .notNull()
      .default("active"),
    gatewayStatus: text("gateway_status", { enum: ["unregistered", "registered", "refused"] })
      .notNull()
      .default("unregistered"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    coolOffUntil: instant("cool_off_until").notNull(),
  },
  (table) => [
    index("beneficiaries_account").on(table.accountId, table.createdAt),
    uniqueIndex("beneficiaries_destination")
      .on(table.accountId, table.destinationHash)
      .where(sql`${table.status} = 'active'`),
    check("beneficiaries_ifsc", sql`(${table.kind} = 'bank_account') = (${table.ifsc} is not null)`),
  ],
);
