import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** The last sign of life of each long-running part (worker, sealer, sweeps). Exempt from the write guard. */
export const heartbeats = pgTable("heartbeats", {
  name: text().primaryKey(),
  beatAt: instant("beat_at").notNull(),
  detail: jsonb().$type<Record<string, string>>().notNull().default({}),
});

/** One row that marks a database as a demo's (or not), written at the first start and never changed. */
export const installation = pgTable("installation", {
  id: text().primaryKey(),
  mode: text({ enum: ["demo", "sandbox", "production"] }).notNull(),
  createdAt: instant("created_at").notNull(),
});
