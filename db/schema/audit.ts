import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { bytes, instant, xid8 } from "./columns.ts";

/** One row per act or refused attempt. Append-only; `leaf` covers every column, `leaf_mac` needs a key outside the database. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    eventId: text("event_id").notNull().unique(),
    xid: xid8().notNull(),
    at: instant("at").notNull(),
    actorKind: text("actor_kind").notNull(),
    actorId: text("actor_id").notNull(),
    actorRoles: jsonb("actor_roles").$type<string[]>().notNull(),
    sessionId: text("session_id"),
    factor: text(),
    ip: text(),
    requestId: text("request_id").notNull(),
    verb: text().notNull(),
    objectKind: text("object_kind").notNull(),
    objectId: text("object_id").notNull(),
    outcome: text({ enum: ["done", "denied", "failed"] }).notNull(),
    reason: text(),
    before: jsonb().$type<Record<string, unknown> | null>(),
    after: jsonb().$type<Record<string, unknown> | null>(),
    leaf: bytes().notNull(),
    leafMac: bytes("leaf_mac").notNull(),
  },
  (table) => [
    index("audit_log_object").on(table.objectKind, table.objectId, table.id),
    index("audit_log_actor").on(table.actorId, table.id),
    index("audit_log_verb").on(table.verb, table.id),
    // Tiny beside a tree, and rows come nearly in the order of time: a range of days reads its blocks alone.
    index("audit_log_at").using("brin", table.at),
    index("audit_log_xid").on(table.xid, table.id),
  ],
);

/** The sealed order of the trail: position → row → running chain hash. Written by the sealer alone. */
export const auditSeals = pgTable("audit_seals", {
  position: bigint({ mode: "bigint" }).primaryKey(),
  auditId: bigint("audit_id", { mode: "bigint" }).notNull().unique(),
  chain: bytes().notNull(),
});

/** Signed heads; each is also appended to the heads file outside the database. */
export const auditHeads = pgTable("audit_heads", {
  size: bigint({ mode: "bigint" }).primaryKey(),
  chain: bytes().notNull(),
  root: bytes().notNull(),
  keyId: text("key_id").notNull(),
  signature: bytes().notNull(),
  signedAt: instant("signed_at").notNull(),
});

/** One row: how far the sealer got, in which cluster (transaction ids restart in a restored one). */
export const auditSealer = pgTable("audit_sealer", {
  id: integer().primaryKey().default(1),
  systemIdentifier: text("system_identifier").notNull(),
  lastXid: xid8("last_xid")
    .notNull()
    .default(sql`'0'::xid8`),
  size: bigint({ mode: "bigint" })
    .notNull()
    .default(sql`0`),
  /** RFC 6962 frontier: the roots of the complete subtrees, largest first, 32 bytes each. */
  frontier: bytes()
    .notNull()
    .default(sql`''::bytea`),
});
