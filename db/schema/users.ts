import { sql } from "drizzle-orm";
import { index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { roleGrants, users } from "./auth.ts";
import { instant, xid8 } from "./columns.ts";

/** What one admin proposes about a person and another, who is neither the proposer nor that person, decides. */
export const changes = pgTable(
  "changes",
  {
    id: text().primaryKey(),
    kind: text({ enum: ["role_grant", "factor_reset"] }).notNull(),
    subjectId: text("subject_id")
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    role: text(),
    validFrom: instant("valid_from"),
    validUntil: instant("valid_until"),
    reason: text().notNull(),
    status: text({ enum: ["pending", "approved", "refused", "withdrawn", "expired", "void"] }).notNull(),
    proposedBy: text("proposed_by").notNull(),
    proposedAt: instant("proposed_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    decidedBy: text("decided_by"),
    decidedAt: instant("decided_at"),
    decisionReason: text("decision_reason"),
    /** The transaction in which it was proposed: it is never decided in the same. A trigger writes it. */
    proposedXid: xid8("proposed_xid"),
  },
  (table) => [
    index("changes_subject").on(table.subjectId, table.proposedAt),
    index("changes_recent").on(table.proposedAt),
    uniqueIndex("changes_pending")
      .on(table.subjectId, table.kind, sql`coalesce(${table.role}, '')`)
      .where(sql`${table.status} = 'pending'`),
  ],
);

/** A campaign in which admins look at every privileged grant once and keep or revoke it. */
export const accessReviews = pgTable(
  "access_reviews",
  {
    id: text().primaryKey(),
    status: text({ enum: ["open", "overdue", "closed"] }).notNull(),
    startedBy: text("started_by").notNull(),
    startedAt: instant("started_at").notNull(),
    dueAt: instant("due_at").notNull(),
    closedAt: instant("closed_at"),
  },
  (table) => [
    uniqueIndex("access_reviews_one")
      .on(sql`(true)`)
      .where(sql`${table.status} <> 'closed'`),
    index("access_reviews_started").on(table.startedAt),
  ],
);

export const accessReviewItems = pgTable(
  "access_review_items",
  {
    id: text().primaryKey(),
    reviewId: text("review_id")
      .notNull()
      .references(() => accessReviews.id, { onDelete: "restrict" }),
    grantId: text("grant_id")
      .notNull()
      .references(() => roleGrants.id, { onDelete: "restrict" }),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "restrict" }),
    role: text().notNull(),
    /** `suspended`: nobody looked in time, so the grant ended; attesting later gives it back. `kept_unseen`: the last owner's. */
    outcome: text({ enum: ["open", "attested", "revoked", "suspended", "kept_unseen", "gone"] }).notNull(),
    decidedBy: text("decided_by"),
    decidedAt: instant("decided_at"),
    note: text(),
  },
  (table) => [uniqueIndex("access_review_items_grant").on(table.reviewId, table.grantId), index("access_review_items_user").on(table.userId)],
);
