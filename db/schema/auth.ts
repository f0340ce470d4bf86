import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, ciphertext, instant, xid8 } from "./columns.ts";

export const users = pgTable(
  "users",
  {
    id: text().primaryKey(),
    emailCt: ciphertext("email_ct").notNull(),
    emailIndex: bytes("email_index").notNull(),
    nameCt: ciphertext("name_ct").notNull(),
    status: text({ enum: ["invited", "active", "disabled", "dormant"] })
      .notNull()
      .default("active"),
    /** Null until an invitation was accepted. */
    passwordHash: text("password_hash"),
    passwordChangedAt: instant("password_changed_at"),
    /** When they said they forgot it; until a link was issued. */
    resetRequestedAt: instant("reset_requested_at"),
    createdAt: instant("created_at").notNull(),
    lastSignInAt: instant("last_sign_in_at"),
    /** When they were last let in again; dormancy is counted from here or from their last sign-in. */
    enabledAt: instant("enabled_at"),
  },
  (table) => [uniqueIndex("users_email").on(table.emailIndex), check("users_active_password", sql`${table.status} <> 'active' or ${table.passwordHash} is not null`)],
);

export const roleGrants = pgTable(
  "role_grants",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    role: text().notNull(),
    grantedBy: text("granted_by").notNull(),
    validFrom: instant("valid_from").notNull(),
    validUntil: instant("valid_until"),
    endedAt: instant("ended_at"),
    endedBy: text("ended_by"),
    endedReason: text("ended_reason"),
    /** What allowed a privileged role: a change two admins agreed on, or a review that gave back what it had suspended. */
    changeId: text("change_id"),
    reviewItemId: text("review_item_id"),
  },
  (table) => [
    index("role_grants_user").on(table.userId),
    uniqueIndex("role_grants_change").on(table.changeId),
    uniqueIndex("role_grants_review_item").on(table.reviewItemId),
    uniqueIndex("role_grants_open")
      .on(table.userId, table.role)
      .where(sql`${table.endedAt} is null`),
  ],
);

export const authFactors = pgTable(
  "auth_factors",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    kind: text({ enum: ["totp"] }).notNull(),
    status: text({ enum: ["pending", "active", "removed"] }).notNull(),
    secretCt: ciphertext("secret_ct").notNull(),
    /** The last accepted 30-s step; a code at or before it is a replay. */
    lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
    /** The transaction that last used a step up. A trigger writes it; what the application writes there is dropped. */
    consumedXid: xid8("consumed_xid"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("auth_factors_active")
      .on(table.userId, table.kind)
      .where(sql`${table.status} = 'active'`),
    index("auth_factors_user").on(table.userId),
  ],
);

export const authSessions = pgTable(
  "auth_sessions",
  {
    id: text().primaryKey(),
    tokenHash: bytes("token_hash").notNull(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    level: text({ enum: ["password", "full"] }).notNull(),
    factor: text({ enum: ["totp", "passkey", "recovery_code"] }),
    createdAt: instant("created_at").notNull(),
    lastActiveAt: instant("last_active_at").notNull(),
    /** Its person's rights changed: the next request of theirs gets a new token. */
    rotateDue: boolean("rotate_due").notNull().default(false),
    absoluteEndAt: instant("absolute_end_at").notNull(),
    ip: text(),
    userAgent: text("user_agent"),
    endedAt: instant("ended_at"),
    endedReason: text("ended_reason"),
    /** The transaction that opened it. A trigger writes it. */
    createdXid: xid8("created_xid"),
  },
  (table) => [
    uniqueIndex("auth_sessions_token").on(table.tokenHash),
    index("auth_sessions_user")
      .on(table.userId)
      .where(sql`${table.endedAt} is null`),
  ],
);

/** 60-second single-use tickets that let next-auth's one provider turn a verified step into a cookie. */
export const authTickets = pgTable("auth_tickets", {
  ticketHash: bytes("ticket_hash").primaryKey(),
  sessionId: text("session_id")
    .notNull()
    .references(() => authSessions.id, { onDelete: "restrict" }),
  expiresAt: instant("expires_at").notNull(),
  usedAt: instant("used_at"),
});

/** Failure counters per key; in their own short transactions, so exempt from the write guard. */
export const authLimits = pgTable("auth_limits", {
  key: text().primaryKey(),
  windowStart: instant("window_start").notNull(),
  failures: integer().notNull(),
  blockedUntil: instant("blocked_until"),
});
