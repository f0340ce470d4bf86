import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { attemptStatuses, goneReasons, payoutStatuses } from "@/lib/payouts/contract";
import { accounts, beneficiaries } from "./accounts.ts";
import { bytes, instant, paiseColumn } from "./columns.ts";

export const payouts = pgTable(
  "payouts",
  {
    /** Also Cashfree's transfer_id, the only one ever sent for this payout. */
    id: text().primaryKey(),
    accountId: text("account_id")
      .notNull()
      .references(() => accounts.id, { onDelete: "restrict" }),
    beneficiaryId: text("beneficiary_id")
      .notNull()
      .references(() => beneficiaries.id, { onDelete: "restrict" }),
    beneficiaryVersion: integer("beneficiary_version").notNull(),
    beneficiaryCreatedBy: text("beneficiary_created_by").notNull(),
    /** The payee's masked name as it stood at the request, so that the statement never changes by itself. */
    payee: text().notNull(),
    amountPaise: paiseColumn("amount_paise").notNull(),
    feePaise: paiseColumn("fee_paise")
      .notNull()
      .default(sql`0`),
    currency: text({ enum: ["INR"] })
      .notNull()
      .default("INR"),
    rail: text({ enum: ["imps", "neft", "upi"] }).notNull(),
    purpose: text().notNull(),
    status: text({ enum: payoutStatuses }).notNull(),
    version: integer().notNull().default(1),
    policyVersion: integer("policy_version").notNull(),
    approvalsNeeded: integer("approvals_needed").notNull(),
    approvalsGiven: integer("approvals_given").notNull().default(0),
    verdictId: text("verdict_id").notNull(),
    /** SHA-256 of the canonical statement approvals are bound to. */
    digest: bytes().notNull(),
    makerId: text("maker_id").notNull(),
    lastEditorId: text("last_editor_id").notNull(),
    holdReasons: jsonb("hold_reasons").$type<{ code: string; sentence: string }[]>().notNull().default([]),
    holdUntil: instant("hold_until"),
    endReason: text("end_reason"),
    cfTransferId: text("cf_transfer_id"),
    utr: text(),
    creditConfirmed: boolean("credit_confirmed").notNull().default(false),
    gatewayCode: text("gateway_code"),
    /** Why it does not move although it is approved or sent; null when nothing is in its way. */
    stuck: jsonb().$type<{ code: string; sentence: string } | null>(),
    unknownSince: instant("unknown_since"),
    nextCheckAt: instant("next_check_at"),
    /** Times the gateway was asked since the last news; grows the pause before the next time. */
    checks: integer().notNull().default(0),
    settledAt: instant("settled_at"),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("payouts_recent").on(table.createdAt, table.id),
    index("payouts_status").on(table.status, table.createdAt, table.id),
    index("payouts_account").on(table.accountId, table.createdAt, table.id),
    index("payouts_beneficiary").on(table.beneficiaryId, table.createdAt),
    index("payouts_paid_beneficiary")
      .on(table.beneficiaryId)
      .where(sql`${table.status} = 'succeeded'`),
    index("payouts_paid_account")
      .on(table.accountId, table.createdAt)
      .where(sql`${table.status} = 'succeeded'`),
    index("payouts_maker").on(table.makerId, table.createdAt, table.id),
    index("payouts_unknown")
      .on(table.unknownSince)
      .where(sql`${table.unknownSince} is not null`),
    index("payouts_expiry")
      .on(table.expiresAt)
      .where(sql`${table.status} in ('pending_approval', 'held', 'approved', 'submitting')`),
    index("payouts_check")
      .on(table.nextCheckAt)
      .where(sql`${table.nextCheckAt} is not null`),
    uniqueIndex("payouts_cf")
      .on(table.cfTransferId)
      .where(sql`${table.cfTransferId} is not null`),
    check("payouts_amount", sql`${table.amountPaise} >= 100`),
    check("payouts_approvals", sql`${table.approvalsNeeded} between 1 and 2 and ${table.approvalsGiven} between 0 and ${table.approvalsNeeded}`),
  ],
);

/** One single-use challenge per look at the decision panel; the code is bound to `digest`. */
export const approvalChallenges = pgTable("approval_challenges", {
  id: text().primaryKey(),
  payoutId: text("payout_id")
    .notNull()
    .references(() => payouts.id, { onDelete: "restrict" }),
  payoutVersion: integer("payout_version").notNull(),
  userId: text("user_id").notNull(),
  sessionId: text("session_id").notNull(),
  digest: bytes().notNull(),
  envelope: text().notNull(),
  expiresAt: instant("expires_at").notNull(),
  usedAt: instant("used_at"),
});

/** Append-only votes. The trigger refuses the maker, the last editor and the beneficiary's creator. */
export const payoutApprovals = pgTable(
  "payout_approvals",
  {
    id: text().primaryKey(),
    payoutId: text("payout_id")
      .notNull()
      .references(() => payouts.id, { onDelete: "restrict" }),
    approverId: text("approver_id").notNull(),
    challengeId: text("challenge_id").notNull().unique(),
    digest: bytes().notNull(),
    statement: text().notNull(),
    factor: text({ enum: ["totp", "passkey"] }).notNull(),
    at: instant("at").notNull(),
  },
  (table) => [uniqueIndex("payout_approvals_once").on(table.payoutId, table.approverId)],
);

/** Append-only: signatures that stopped counting, because whoever gave them may not sign any more. */
export const payoutWithdrawals = pgTable("payout_withdrawals", {
  approvalId: text("approval_id")
    .primaryKey()
    .references(() => payoutApprovals.id, { onDelete: "restrict" }),
  payoutId: text("payout_id")
    .notNull()
    .references(() => payouts.id, { onDelete: "restrict" }),
  reason: text({ enum: goneReasons }).notNull(),
  at: instant("at").notNull(),
});

/** One try at the gateway, written before the call. */
export const payoutAttempts = pgTable(
  "payout_attempts",
  {
    id: text().primaryKey(),
    payoutId: text("payout_id")
      .notNull()
      .references(() => payouts.id, { onDelete: "restrict" }),
    number: integer().notNull(),
    status: text({ enum: attemptStatuses }).notNull(),
    requestHash: bytes("request_hash").notNull(),
    preparedAt: instant("prepared_at").notNull(),
    answeredAt: instant("answered_at"),
    outcome: text(),
    requestId: text("request_id"),
  },
  (table) => [uniqueIndex("payout_attempts_number").on(table.payoutId, table.number)],
);

/** Append-only: who agreed to what about a try that the gateway has not known for a day. Two people carry it out. */
export const payoutResolutions = pgTable(
  "payout_resolutions",
  {
    payoutId: text("payout_id")
      .notNull()
      .references(() => payouts.id, { onDelete: "restrict" }),
    attemptNumber: integer("attempt_number").notNull(),
    choice: text({ enum: ["send_again", "give_up"] }).notNull(),
    personId: text("person_id").notNull(),
    reason: text().notNull(),
    /** What the gateway answered when this person asked. */
    gatewayCode: text("gateway_code").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.payoutId, table.attemptNumber, table.choice, table.personId] })],
);
