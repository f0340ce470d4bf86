import { jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    actor: text().notNull(),
    route: text().notNull(),
    key: text().notNull(),
    bodyHash: text("body_hash").notNull(),
    answer: jsonb().$type<unknown>(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.actor, table.route, table.key] })],
);
