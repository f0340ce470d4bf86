import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, ciphertext, instant } from "./columns.ts";

/** The inbox: every authentic delivery, stored before it is answered. Insert is one statement, exempt from the write guard. */
export const webhookEvents = pgTable(
  "webhook_events",
  {
    id: text().primaryKey(),
    source: text({ enum: ["payments", "payouts"] }).notNull(),
    dedupeKey: text("dedupe_key").notNull(),
    bodyHash: bytes("body_hash").notNull(),
    bodyCt: ciphertext("body_ct").notNull(),
    bodyBytes: integer("body_bytes").notNull(),
    /** fresh: signed within five minutes; stale: older but authentic; undated: no readable timestamp. */
    lane: text({ enum: ["fresh", "stale", "undated"] }).notNull(),
    signedWith: text("signed_with").notNull(),
    headers: jsonb().$type<Record<string, string>>().notNull(),
    eventType: text("event_type"),
    subjectKind: text("subject_kind"),
    subjectId: text("subject_id"),
    status: text({ enum: ["received", "applied", "ignored", "for_a_person"] })
      .notNull()
      .default("received"),
    note: text(),
    receivedAt: instant("received_at").notNull(),
    handledAt: instant("handled_at"),
  },
  (table) => [
    // By what is signed: the sender's key is not, so whoever captured one delivery could send it again under endless keys.
    uniqueIndex("webhook_events_once").on(table.source, table.bodyHash),
    index("webhook_events_key").on(table.source, table.dedupeKey),
    // Ids are time-ordered, so the primary key lists the newest first. What still waits is few: a partial index stays tiny.
    index("webhook_events_waiting")
      .on(table.id)
      .where(sql`${table.status} = 'received'`),
    index("webhook_events_for_a_person")
      .on(table.id)
      .where(sql`${table.status} = 'for_a_person'`),
    index("webhook_events_subject")
      .on(table.subjectKind, table.subjectId)
      .where(sql`${table.subjectId} is not null`),
  ],
);
