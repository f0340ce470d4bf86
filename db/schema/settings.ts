import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, numeric, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, xid8 } from "./columns.ts";

/** Typed settings (lib/settings/contract.ts holds names, types and defaults); a missing row means the default. */
export const settings = pgTable("settings", {
  name: text().primaryKey(),
  value: jsonb().$type<unknown>().notNull(),
  version: integer().notNull().default(1),
  changedBy: text("changed_by").notNull(),
  changedAt: instant("changed_at").notNull(),
  /** The proposal that put the value there; null for what the owner role wrote by hand, which the drift check shows. */
  proposalId: text("proposal_id"),
});

/** What values may stand under a name, as the program that migrated says; the database refuses others by itself. */
export const settingRules = pgTable("setting_rules", {
  name: text().primaryKey(),
  kind: text({ enum: ["int", "paise", "switch"] }).notNull(),
  min: numeric(),
  max: numeric(),
});

/** A change of a setting: one person proposes it, a different one lets it take effect or turns it down. */
export const settingProposals = pgTable(
  "setting_proposals",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    before: jsonb().$type<unknown>().notNull(),
    value: jsonb().$type<unknown>().notNull(),
    /** The setting's version it was proposed against; 0 while the default holds. */
    baseVersion: integer("base_version").notNull(),
    direction: text({ enum: ["tighten", "loosen", "change"] }).notNull(),
    reason: text().notNull(),
    proposedBy: text("proposed_by").notNull(),
    proposedAt: instant("proposed_at").notNull(),
    status: text({ enum: ["pending", "accepted", "refused", "withdrawn"] })
      .notNull()
      .default("pending"),
    decidedBy: text("decided_by"),
    decidedAt: instant("decided_at"),
    decideReason: text("decide_reason"),
    /** The transactions in which it was proposed and decided: never the same one. Triggers write them. */
    proposedXid: xid8("proposed_xid"),
    decidedXid: xid8("decided_xid"),
  },
  (table) => [
    uniqueIndex("setting_proposals_open")
      .on(table.name)
      .where(sql`${table.status} = 'pending'`),
    index("setting_proposals_name").on(table.name, table.proposedAt),
    check("setting_proposals_decided", sql`(${table.status} = 'pending') = (${table.decidedBy} is null)`),
    check("setting_proposals_two_people", sql`${table.status} not in ('accepted', 'refused') or ${table.decidedBy} <> ${table.proposedBy}`),
  ],
);

/** An emergency stop is open until two different people, neither of them the one who stopped, have voted to restart. */
export const emergencyStops = pgTable(
  "emergency_stops",
  {
    id: text().primaryKey(),
    scope: text({ enum: ["payouts"] }).notNull(),
    reason: text().notNull(),
    stoppedBy: text("stopped_by").notNull(),
    stoppedAt: instant("stopped_at").notNull(),
    restartedAt: instant("restarted_at"),
  },
  (table) => [
    uniqueIndex("emergency_stops_open")
      .on(table.scope)
      .where(sql`${table.restartedAt} is null`),
  ],
);

export const emergencyRestarts = pgTable(
  "emergency_restarts",
  {
    stopId: text("stop_id")
      .notNull()
      .references(() => emergencyStops.id, { onDelete: "restrict" }),
    personId: text("person_id").notNull(),
    reason: text().notNull(),
    at: instant("at").notNull(),
    /** The transaction of this vote: two votes never share one. A trigger writes it. */
    votedXid: xid8("voted_xid"),
  },
  (table) => [uniqueIndex("emergency_restarts_once").on(table.stopId, table.personId), index("emergency_restarts_stop").on(table.stopId)],
);
