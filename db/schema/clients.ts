import { index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { users } from "./auth.ts";
import { bytes, ciphertext, instant } from "./columns.ts";

/** A program that may call /api/v1: what it may do, from where, until when, and which person answers for it. */
export const apiClients = pgTable("api_clients", {
  id: text().primaryKey(),
  name: text().notNull(),
  ownerId: text("owner_id")
    .notNull()
    .references(() => users.id, { onDelete: "restrict" }),
  scopes: jsonb().$type<string[]>().notNull(),
  algorithm: text({ enum: ["ed25519", "hmac-sha256"] }).notNull(),
  /** CIDR ranges it may call from; empty means from anywhere. */
  addresses: jsonb().$type<string[]>().notNull(),
  /** The mode of the desk it was made in; a copy of the database elsewhere does not know its calls. */
  environment: text({ enum: ["demo", "sandbox", "production"] }).notNull(),
  status: text({ enum: ["active", "disabled"] })
    .notNull()
    .default("active"),
  statusReason: text("status_reason"),
  /** Since when it is in its status; idleness is counted from here, or from the last call. */
  statusSince: instant("status_since").notNull(),
  expiresAt: instant("expires_at").notNull(),
  createdBy: text("created_by").notNull(),
  createdAt: instant("created_at").notNull(),
});

/** The keys a client signs with: one, or two while it changes over. */
export const apiClientKeys = pgTable(
  "api_client_keys",
  {
    id: text().primaryKey(),
    clientId: text("client_id")
      .notNull()
      .references(() => apiClients.id, { onDelete: "restrict" }),
    /** The 32 bytes of an Ed25519 public key. */
    publicKey: bytes("public_key"),
    secretCt: ciphertext("secret_ct"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Set when a newer key replaced it: good until then. */
    goodUntil: instant("good_until"),
  },
  (table) => [index("api_client_keys_client").on(table.clientId, table.createdAt)],
);

/** Append-only: everyone who could ever have held a key of the client, and so counts as the maker of what it asks for. */
export const clientMakers = pgTable(
  "client_makers",
  {
    clientId: text("client_id")
      .notNull()
      .references(() => apiClients.id, { onDelete: "restrict" }),
    userId: text("user_id").notNull(),
    why: text({ enum: ["created", "owns", "rotated", "enabled"] }).notNull(),
    since: instant("since").notNull(),
  },
  (table) => [primaryKey({ columns: [table.clientId, table.userId, table.why] })],
);

/** Every call whose signature was good. Its key is what makes a nonce good for one use. */
export const apiCalls = pgTable(
  "api_calls",
  {
    clientId: text("client_id").notNull(),
    nonce: text().notNull(),
    keyId: text("key_id").notNull(),
    at: instant("at").notNull(),
    method: text().notNull(),
    path: text().notNull(),
    ip: text(),
    requestId: text("request_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.clientId, table.nonce] }), index("api_calls_recent").on(table.clientId, table.at), index("api_calls_at").on(table.at)],
);

/** What a request under an Idempotency-Key was answered; without a status it is being handled. */
export const apiAnswers = pgTable(
  "api_answers",
  {
    clientId: text("client_id").notNull(),
    key: text().notNull(),
    requestHash: text("request_hash").notNull(),
    status: integer(),
    answer: jsonb().$type<unknown>(),
    begunAt: instant("begun_at").notNull(),
    /** Who is handling it: only that request may store its answer. */
    requestId: text("request_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.clientId, table.key] }), index("api_answers_begun").on(table.begunAt)],
);
