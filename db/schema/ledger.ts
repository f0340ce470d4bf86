import { sql } from "drizzle-orm";
import { bigint, boolean, check, date, index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { instant, paiseColumn, xid8 } from "./columns.ts";

export const ledgerAccountKinds = [
  "gateway_receivable",
  "bank",
  "payout_float",
  "payee_pending",
  "payee_available",
  "fees",
  "tax",
  "disputes",
  "suspense",
  "opening_equity",
] as const;

export const ledgerAccounts = pgTable(
  "ledger_accounts",
  {
    id: text().primaryKey(),
    kind: text({ enum: ledgerAccountKinds }).notNull(),
    /** The payee for payee_* kinds; null for the house's own accounts. */
    accountId: text("account_id"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [uniqueIndex("ledger_accounts_owner").on(table.kind, sql`coalesce(${table.accountId}, '')`)],
);

/** The journal header; a deferred trigger on this row proves that its entries sum to zero. Append-only. */
export const journals = pgTable(
  "journals",
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    sourceKind: text("source_kind").notNull(),
    sourceId: text("source_id").notNull(),
    at: instant("at").notNull(),
    xid: xid8()
      .notNull()
      .default(sql`pg_current_xact_id()`),
  },
  (table) => [
    uniqueIndex("journals_once").on(table.kind, table.sourceKind, table.sourceId),
    index("journals_source").on(table.sourceKind, table.sourceId),
    index("journals_xid").on(table.xid),
  ],
);

/** Signed paise: positive debits, negative credits. Append-only; written only in its journal's own transaction. */
export const ledgerEntries = pgTable(
  "ledger_entries",
  {
    id: text().primaryKey(),
    journalId: text("journal_id")
      .notNull()
      .references(() => journals.id, { onDelete: "restrict" }),
    ledgerAccountId: text("ledger_account_id")
      .notNull()
      .references(() => ledgerAccounts.id, { onDelete: "restrict" }),
    /** Denormalised payee for payee_* entries, so that an account's statement is one index scan. */
    accountId: text("account_id"),
    amountPaise: paiseColumn("amount_paise").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    index("ledger_entries_journal").on(table.journalId),
    index("ledger_entries_ledger_account").on(table.ledgerAccountId, table.id),
    index("ledger_entries_account").on(table.accountId, table.id),
    check("ledger_entries_nonzero", sql`${table.amountPaise} <> 0`),
  ],
);

/** What was posted to each account by transactions below `ledger_counted`: running totals, so that nobody sums ten million entries to look. */
export const ledgerTotals = pgTable("ledger_totals", {
  ledgerAccountId: text("ledger_account_id")
    .primaryKey()
    .references(() => ledgerAccounts.id, { onDelete: "restrict" }),
  entries: bigint({ mode: "bigint" }).notNull(),
  debitPaise: paiseColumn("debit_paise").notNull(),
  creditPaise: paiseColumn("credit_paise").notNull(),
});

/** One row: up to which transaction of which cluster the totals go. */
export const ledgerCounted = pgTable("ledger_counted", {
  id: integer().primaryKey(),
  belowXid: xid8("below_xid").notNull(),
  systemIdentifier: text("system_identifier").notNull(),
});

/** Cached figures of one payee: balance and pending = Σ entries, held = Σ open holds. Changed only by single conditional statements. */
export const accountBalances = pgTable(
  "account_balances",
  {
    accountId: text("account_id").primaryKey(),
    balancePaise: paiseColumn("balance_paise")
      .notNull()
      .default(sql`0`),
    pendingPaise: paiseColumn("pending_paise")
      .notNull()
      .default(sql`0`),
    heldPaise: paiseColumn("held_paise")
      .notNull()
      .default(sql`0`),
    payoutsEnabled: boolean("payouts_enabled").notNull().default(true),
    /** `below_reserve` ends by itself when the account is above its reserve again. */
    payoutsDisabledReason: text("payouts_disabled_reason", { enum: ["below_reserve"] }),
    version: bigint({ mode: "bigint" })
      .notNull()
      .default(sql`0`),
  },
  (table) => [
    check("account_balances_held", sql`${table.heldPaise} >= 0`),
    check("account_balances_disabled", sql`${table.payoutsEnabled} = (${table.payoutsDisabledReason} is null)`),
  ],
);

export const holds = pgTable(
  "holds",
  {
    id: text().primaryKey(),
    accountId: text("account_id").notNull(),
    payoutId: text("payout_id").notNull(),
    amountPaise: paiseColumn("amount_paise").notNull(),
    status: text({ enum: ["open", "released", "posted"] })
      .notNull()
      .default("open"),
    createdAt: instant("created_at").notNull(),
    closedAt: instant("closed_at"),
  },
  (table) => [
    uniqueIndex("holds_payout").on(table.payoutId),
    index("holds_account_open")
      .on(table.accountId, table.id)
      .where(sql`${table.status} = 'open'`),
    check("holds_amount", sql`${table.amountPaise} > 0`),
  ],
);

/** Dated USD→INR reference rates; only a rate that a second person confirmed counts. */
export const fxRates = pgTable(
  "fx_rates",
  {
    id: text().primaryKey(),
    pair: text({ enum: ["USDINR"] }).notNull(),
    /** INR per USD × 1 000 000. */
    rateMicros: bigint("rate_micros", { mode: "bigint" }).notNull(),
    effectiveAt: instant("effective_at").notNull(),
    source: text().notNull(),
    enteredBy: text("entered_by").notNull(),
    confirmedBy: text("confirmed_by"),
  },
  (table) => [
    index("fx_rates_latest").on(table.pair, table.effectiveAt),
    check("fx_rates_sane", sql`${table.rateMicros} between 20000000 and 500000000`),
    check("fx_rates_two_people", sql`${table.confirmedBy} <> ${table.enteredBy}`),
  ],
);

export const bankHolidays = pgTable("bank_holidays", { day: date({ mode: "string" }).primaryKey(), name: text().notNull() });

/** What the reserve was when a payout's last approval decided. Append-only. */
export const reserveReceipts = pgTable(
  "reserve_receipts",
  {
    id: text().primaryKey(),
    payoutId: text("payout_id").notNull(),
    accountId: text("account_id").notNull(),
    stage: text({ enum: ["approve", "dispatch"] }).notNull(),
    balancePaise: paiseColumn("balance_paise").notNull(),
    heldPaise: paiseColumn("held_paise").notNull(),
    reservePaise: paiseColumn("reserve_paise").notNull(),
    rateId: text("rate_id")
      .notNull()
      .references(() => fxRates.id, { onDelete: "restrict" }),
    balanceVersion: bigint("balance_version", { mode: "bigint" }).notNull(),
    at: instant("at").notNull(),
  },
  (table) => [index("reserve_receipts_payout").on(table.payoutId)],
);
