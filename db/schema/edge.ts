import { sql } from "drizzle-orm";
import { bigint, check, cidr, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Permits taken per key in the thirteen most recent slices of its window, the newest first. Unlogged: a crash forgets a minute. */
export const edgeQuotas = pgTable("edge_quotas", {
  key: text().primaryKey(),
  slice: bigint({ mode: "number" }).notNull(),
  counts: integer().array().notNull(),
  granted: integer().notNull(),
});

/** Who may come from where. A scope with any open `allow` rule is closed to every other address; `deny` always wins. */
export const ipRules = pgTable(
  "ip_rules",
  {
    id: text().primaryKey(),
    scope: text({ enum: ["console", "approve", "roles", "settings", "client", "webhooks"] }).notNull(),
    /** The API client of a `client` rule; null means all of them. */
    clientId: text("client_id"),
    effect: text({ enum: ["allow", "deny"] }).notNull(),
    /** Either a network or a country in ISO letters, as the registries gave the address. */
    network: cidr(),
    country: text(),
    reason: text().notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at"),
    endedAt: instant("ended_at"),
    endedBy: text("ended_by"),
  },
  (table) => [
    index("ip_rules_network")
      .using("gist", sql`${table.network} inet_ops`)
      .where(sql`${table.endedAt} is null`),
    check("ip_rules_place", sql`(${table.network} is null) <> (${table.country} is null)`),
    // A sender of webhooks is the gateway: which country a registry thinks it is in must not lose a payment.
    check("ip_rules_country", sql`${table.country} is null or (${table.country} ~ '^[A-Z]{2}$' and ${table.scope} <> 'webhooks')`),
  ],
);

/** Addresses shut out for a while, by hand or because they kept hitting limits. */
export const ipBans = pgTable(
  "ip_bans",
  {
    id: text().primaryKey(),
    network: cidr().notNull(),
    reason: text().notNull(),
    source: text({ enum: ["person", "automatic"] }).notNull(),
    placedBy: text("placed_by").notNull(),
    placedAt: instant("placed_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    liftedAt: instant("lifted_at"),
    liftedBy: text("lifted_by"),
  },
  (table) => [
    index("ip_bans_network")
      .using("gist", sql`${table.network} inet_ops`)
      .where(sql`${table.liftedAt} is null`),
    index("ip_bans_expiry").on(table.expiresAt),
  ],
);

/** Break-glass: while one is open, IP rules and bans are not applied. Written from a terminal only. */
export const ipPauses = pgTable(
  "ip_pauses",
  {
    id: text().primaryKey(),
    reason: text().notNull(),
    pausedBy: text("paused_by").notNull(),
    startedAt: instant("started_at").notNull(),
    until: instant("until").notNull(),
  },
  (table) => [check("ip_pauses_length", sql`${table.until} > ${table.startedAt} and ${table.until} <= ${table.startedAt} + interval '24 hours'`)],
);
