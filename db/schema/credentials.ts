import { sql } from "drizzle-orm";
import { index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { users } from "./auth.ts";
import { bytes, instant, xid8 } from "./columns.ts";

const userId = () =>
  text("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "restrict" });

/** One-time links to a first or a new password; the token itself is only in the hands of whoever was given the link. */
export const authLinks = pgTable(
  "auth_links",
  {
    id: text().primaryKey(),
    purpose: text({ enum: ["invitation", "reset"] }).notNull(),
    userId: userId(),
    tokenHash: bytes("token_hash").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
    /** A newer link of the same person and purpose took its place. */
    supersededAt: instant("superseded_at"),
  },
  (table) => [
    uniqueIndex("auth_links_token").on(table.tokenHash),
    uniqueIndex("auth_links_open")
      .on(table.userId, table.purpose)
      .where(sql`${table.usedAt} is null and ${table.supersededAt} is null`),
  ],
);

/** A person's passwords before the present one, newest three, so that none of the last four comes back. */
export const authPasswordHistory = pgTable(
  "auth_password_history",
  {
    id: text().primaryKey(),
    userId: userId(),
    passwordHash: bytes("password_hash").notNull(),
    replacedAt: instant("replaced_at").notNull(),
  },
  (table) => [index("auth_password_history_user").on(table.userId)],
);

export const authRecoveryCodes = pgTable(
  "auth_recovery_codes",
  {
    id: text().primaryKey(),
    userId: userId(),
    codeIndex: bytes("code_index").notNull(),
    createdAt: instant("created_at").notNull(),
    usedAt: instant("used_at"),
    /** Replaced by a fresh set, or ended with the person's factors. */
    endedAt: instant("ended_at"),
    /** The transaction that made it: one cannot be made and used in the same. A trigger writes it. */
    createdXid: xid8("created_xid"),
  },
  (table) => [uniqueIndex("auth_recovery_codes_code").on(table.codeIndex), index("auth_recovery_codes_user").on(table.userId)],
);

/** Times in which a person may decide no payout. Never shortened: rows are only added. */
export const payoutFreezes = pgTable(
  "payout_freezes",
  {
    id: text().primaryKey(),
    userId: userId(),
    reason: text({ enum: ["recovery_code", "factors_reset"] }).notNull(),
    frozenAt: instant("frozen_at").notNull(),
    until: instant("until").notNull(),
  },
  (table) => [index("payout_freezes_user").on(table.userId, table.until)],
);
