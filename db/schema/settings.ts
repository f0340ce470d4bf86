import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Typed settings (lib/settings/contract.ts holds names, types and defaults); a missing row means the default. */
export const settings = pgTable("settings", {
  name: text().primaryKey(),
  value: jsonb().$type<unknown>().notNull(),
  version: integer().notNull().default(1),
  changedBy: text("changed_by").notNull(),
  changedAt: instant("changed_at").notNull(),
});

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
  },
  (table) => [uniqueIndex("emergency_restarts_once").on(table.stopId, table.personId), index("emergency_restarts_stop").on(table.stopId)],
);
