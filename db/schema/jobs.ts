import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Nudges, not truth: losing every row loses nothing, because sweeps read the state tables. Exempt from the write guard. */
export const jobs = pgTable(
  "jobs",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    /** At most one waiting job per (name, key); null keys are never merged. */
    key: text(),
    payload: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    runAt: instant("run_at").notNull(),
    attempts: integer().notNull().default(0),
    lockedBy: text("locked_by"),
    lockedUntil: instant("locked_until"),
    lastError: text("last_error"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    index("jobs_due")
      .on(table.runAt)
      .where(sql`${table.lockedUntil} is null`),
    // What a dead worker left behind is looked for apart from what waits, so that each search walks only its own rows.
    index("jobs_locked")
      .on(table.lockedUntil)
      .where(sql`${table.lockedUntil} is not null`),
    uniqueIndex("jobs_waiting_key")
      .on(table.name, table.key)
      .where(sql`${table.lockedUntil} is null`),
  ],
);
