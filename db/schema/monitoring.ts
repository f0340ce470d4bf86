import { sql } from "drizzle-orm";
import { bigint, boolean, index, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, xid8 } from "./columns.ts";

/** The last sign of life of each long-running part (worker, sealer, sweeps). Exempt from the write guard. */
export const heartbeats = pgTable("heartbeats", {
  name: text().primaryKey(),
  beatAt: instant("beat_at").notNull(),
  detail: jsonb().$type<Record<string, string>>().notNull().default({}),
});

/** How far a sweep over the past has read, so that the next one goes on there however long nobody ran. */
export const sweepMarks = pgTable("sweep_marks", { name: text().primaryKey(), until: instant("until").notNull() });

/** One row that marks a database as a demo's (or not), written at the first start and never changed. */
export const installation = pgTable("installation", {
  id: text().primaryKey(),
  mode: text({ enum: ["demo", "sandbox", "production"] }).notNull(),
  createdAt: instant("created_at").notNull(),
});

/** What happened that matters to security; append-only. `xid` orders the live stream by what is surely committed. */
export const securityEvents = pgTable(
  "security_events",
  {
    id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
    xid: xid8()
      .notNull()
      .default(sql`pg_current_xact_id()`),
    at: instant("at").notNull(),
    event: text().notNull(),
    severity: text({ enum: ["info", "notice", "warning", "critical"] }).notNull(),
    actorKind: text("actor_kind").notNull(),
    actorId: text("actor_id").notNull(),
    subjectUserId: text("subject_user_id"),
    sessionId: text("session_id"),
    ip: text(),
    requestId: text("request_id").notNull(),
    /** Facts and ids only. */
    fields: jsonb().$type<Record<string, string | number | boolean>>().notNull().default({}),
    firstTime: boolean("first_time").notNull(),
  },
  (table) => [
    index("security_events_xid").on(table.xid, table.id),
    index("security_events_severity").on(table.severity, table.id),
    index("security_events_event").on(table.event, table.id),
    index("security_events_actor").on(table.actorId, table.id),
    index("security_events_subject").on(table.subjectUserId, table.id),
    index("security_events_at").on(table.at, table.id),
  ],
);

/** Who has done what at least once; the row that is new marks the first time. */
export const securityFirsts = pgTable("security_firsts", { personId: text("person_id").notNull(), event: text().notNull(), at: instant("at").notNull() }, (table) => [
  primaryKey({ columns: [table.personId, table.event] }),
]);
