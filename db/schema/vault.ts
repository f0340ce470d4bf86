import { sql } from "drizzle-orm";
import { bigint, check, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, ciphertext, instant } from "./columns.ts";

/** Data keys and HMAC keys, each wrapped by the key-encryption key, which is not in the database. */
export const vaultKeys = pgTable(
  "vault_keys",
  {
    id: text().primaryKey(),
    purpose: text().notNull(),
    version: integer().notNull(),
    kekId: text("kek_id").notNull(),
    wrapped: bytes().notNull(),
    uses: bigint({ mode: "bigint" })
      .notNull()
      .default(sql`0`),
    createdAt: instant("created_at").notNull(),
    retiredAt: instant("retired_at"),
  },
  (table) => [uniqueIndex("vault_keys_purpose_version").on(table.purpose, table.version), check("vault_keys_version", sql`${table.version} > 0`)],
);

/** Account numbers and VPAs live here once, under a token; every other table holds the token. */
export const vaultTokens = pgTable(
  "vault_tokens",
  {
    id: text().primaryKey(),
    kind: text({ enum: ["bank_account", "vpa"] }).notNull(),
    valueCt: ciphertext("value_ct").notNull(),
    valueIndex: bytes("value_index").notNull(),
    last4: text("last4").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [uniqueIndex("vault_tokens_value").on(table.kind, table.valueIndex)],
);
