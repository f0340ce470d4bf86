import * as z from "zod/mini";
import { paiseText } from "@/lib/money";

export const ledgerKinds = ["gateway_receivable", "bank", "payout_float", "payee_pending", "payee_available", "fees", "tax", "disputes", "suspense", "opening_equity"] as const;
export type LedgerKind = (typeof ledgerKinds)[number];

export const ledgerKindLabels: Record<LedgerKind, string> = {
  gateway_receivable: "Owed by the gateway",
  bank: "Bank",
  payout_float: "Payout float",
  payee_pending: "Payee, pending",
  payee_available: "Payee, available",
  fees: "Fees",
  tax: "Tax",
  disputes: "Disputes",
  suspense: "Suspense",
  opening_equity: "Opening equity",
};

/** Every kind of posting, and what it says happened. */
const journalKinds = ["opening", "capture", "capture_unmatched", "availability", "payout", "payout_reversal"] as const;
export type JournalKind = (typeof journalKinds)[number];

export const journalKindLabels: Record<JournalKind, string> = {
  opening: "Opening balance",
  capture: "Payment captured",
  capture_unmatched: "Payment nobody asked for, kept aside",
  availability: "Pending money became available",
  payout: "Paid out",
  payout_reversal: "Payout came back",
};

/** The figures of one payee, side by side. `available` = balance − held; `headroom` = available − reserve, negative when short. */
export const figuresShape = z.object({
  balancePaise: paiseText,
  pendingPaise: paiseText,
  heldPaise: paiseText,
  availablePaise: paiseText,
  /** Null while there is no reference rate at all. */
  reservePaise: z.nullable(paiseText),
  headroomPaise: z.nullable(paiseText),
  payoutsEnabled: z.boolean(),
  payoutsDisabledReason: z.nullable(z.string()),
});
export type Figures = z.infer<typeof figuresShape>;

/** The reserve in force, and the dated rate it comes from. */
export const reserveShape = z.object({
  reservePaise: paiseText,
  reserveUsdCents: z.number(),
  rateId: z.string(),
  /** Rupees per US dollar with six decimals. */
  rate: z.string(),
  source: z.string(),
  effectiveAt: z.string(),
  stale: z.boolean(),
  sentence: z.string(),
});
export type ReserveDto = z.infer<typeof reserveShape>;

/** `payee` is the masked name of who is to be paid. */
export const holdShape = z.object({
  id: z.string(),
  payoutId: z.string(),
  beneficiaryId: z.nullable(z.string()),
  payee: z.nullable(z.string()),
  amountPaise: paiseText,
  createdAt: z.string(),
});
export type HoldDto = z.infer<typeof holdShape>;

const entryFilters = {
  kind: z.optional(z.enum(ledgerKinds)),
  source: z.optional(z.string().check(z.regex(/^(pay|po|acct)_[0-9a-z]{26}$/))),
  cursor: z.optional(z.string().check(z.regex(/^le_[0-9a-z]{26}$/))),
};
export const accountEntriesQueryShape = z.strictObject(entryFilters);
export const entriesQueryShape = z.strictObject({ account: z.optional(z.string().check(z.regex(/^acct_[0-9a-z]{26}$/))), ...entryFilters });
export type EntriesQuery = z.infer<typeof entriesQueryShape>;

/** One entry; positive is a debit, negative a credit. */
const entryShape = z.object({
  id: z.string(),
  at: z.string(),
  journalId: z.string(),
  journalKind: z.enum(journalKinds),
  sourceKind: z.string(),
  sourceId: z.string(),
  ledgerKind: z.enum(ledgerKinds),
  account: z.nullable(z.object({ id: z.string(), name: z.string() })),
  amountPaise: paiseText,
});
export type EntryDto = z.infer<typeof entryShape>;

export const entriesPageShape = z.object({ items: z.array(entryShape), nextCursor: z.nullable(z.string()) });
export type EntriesPage = z.infer<typeof entriesPageShape>;

export const trialBalanceShape = z.object({
  rows: z.array(z.object({ kind: z.enum(ledgerKinds), entries: z.number(), debitPaise: paiseText, creditPaise: paiseText, netPaise: paiseText })),
  debitPaise: paiseText,
  creditPaise: paiseText,
  /** True when the debits equal the credits and every payee's cached figures equal their entries and open holds. */
  balanced: z.boolean(),
  driftingAccounts: z.array(z.string()),
  asOf: z.string(),
});
export type TrialBalance = z.infer<typeof trialBalanceShape>;
