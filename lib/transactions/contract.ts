import * as z from "zod/mini";
import { paiseText } from "@/lib/money";

export const transactionKindList = ["payment", "payout", "refund", "adjustment"] as const;
/** One vocabulary for every kind of movement, so that one filter serves them all. */
export const transactionStatusList = ["pending", "waiting", "held", "moving", "unknown", "succeeded", "failed", "reversed", "cancelled"] as const;
export const evidenceChannels = ["gateway", "webhook", "decision", "ledger", "person", "system"] as const;

/** How a payout stands, in the words people read wherever it is listed: finer than the status that all kinds share. */
export const payoutStandings = [
  "draft",
  "pending_approval",
  "held",
  "approved",
  "submitting",
  "in_flight",
  "unknown",
  "succeeded",
  "failed",
  "reversed",
  "rejected",
  "cancelled",
  "expired",
] as const;
export type PayoutStanding = (typeof payoutStandings)[number];

export type TransactionKind = (typeof transactionKindList)[number];
export type TransactionStatus = (typeof transactionStatusList)[number];
export type EvidenceChannel = (typeof evidenceChannels)[number];

/** The one filter of the list: the same object in the address bar, the request and the query. Days are Indian calendar days, inclusive. */
export type TransactionFilter = {
  q?: string | undefined;
  status?: TransactionStatus[] | undefined;
  kind?: TransactionKind[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** Bounds of |amount| in paise, inclusive. */
  min?: string | undefined;
  max?: string | undefined;
  account?: string | undefined;
};

const day = z.string().check(z.regex(/^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, "a day is YYYY-MM-DD"));
const amount = z.string().check(z.regex(/^(0|[1-9]\d{0,13})$/, "an amount is a decimal string of paise"));

/** A comma-separated choice from a list ("failed,unknown"), as it stands in an address. */
function choices<const T extends string>(list: readonly T[]) {
  const one = z.enum(list as readonly [T, ...T[]]);
  return z.pipe(
    z.pipe(
      z.string().check(z.maxLength(200)),
      z.transform((text) => [...new Set(text.split(","))]),
    ),
    z.array(one),
  );
}

const parts = {
  q: z.string().check(z.trim(), z.minLength(1), z.maxLength(120)),
  status: choices(transactionStatusList),
  kind: choices(transactionKindList),
  from: day,
  to: day,
  min: amount,
  max: amount,
  account: z.string().check(z.regex(/^acct_[0-9a-z]{26}$/, "an account is an acct_ id")),
};

type FilterKey = keyof typeof parts;
export const filterKeys = Object.keys(parts) as FilterKey[];

const optionalParts = {
  q: z.optional(parts.q),
  status: z.optional(parts.status),
  kind: z.optional(parts.kind),
  from: z.optional(parts.from),
  to: z.optional(parts.to),
  min: z.optional(parts.min),
  max: z.optional(parts.max),
  account: z.optional(parts.account),
};

/** The counts' query: filters alone. Anything unknown or malformed is refused. */
export const transactionFilterQuery = z.strictObject(optionalParts);

/** The list's query: filters, a cursor from an earlier answer, and how many rows. */
export const transactionListQuery = z.strictObject({
  ...optionalParts,
  cursor: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{8,120}$/))),
  limit: z.optional(z.string().check(z.regex(/^([1-9]|[1-9]\d|100)$/))),
});

type Params = Record<string, string | string[] | undefined>;

/** Reads a filter from an address a person may have edited: parts that make no sense are left out. */
export function parseFilter(params: Params): TransactionFilter {
  const filter: Record<string, unknown> = {};
  for (const key of filterKeys) {
    const value = params[key];
    const parsed = z.safeParse(parts[key], typeof value === "string" ? value : undefined);
    if (parsed.success) filter[key] = parsed.data;
  }
  return filter as TransactionFilter;
}

/** The filter as address parameters, always in the same order, so that equal filters make equal addresses. */
export function serialiseFilter(filter: TransactionFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const key of filterKeys) {
    const value = filter[key];
    if (value === undefined) continue;
    const text = typeof value === "string" ? value : value.join(",");
    if (text !== "") params.set(key, text);
  }
  return params;
}

export const transactionRow = z.object({
  id: z.string(),
  kind: z.enum(transactionKindList),
  sourceId: z.string(),
  status: z.enum(transactionStatusList),
  /** A payout's own state, which its list shows as well; null for every other kind. */
  standing: z.nullable(z.enum(payoutStandings)),
  /** Signed: money in is positive, money out negative. */
  amountPaise: paiseText,
  accountId: z.nullable(z.string()),
  accountName: z.nullable(z.string()),
  method: z.nullable(z.string()),
  counterparty: z.nullable(z.string()),
  /** The bank's number, whole or masked by what the reader may see. */
  bankReference: z.nullable(z.string()),
  occurredAt: z.string(),
  updatedAt: z.string(),
});
export type TransactionRow = z.output<typeof transactionRow>;

/** What the box understood of what was typed. `needsMore` means it did not search, and the sentence says what it wants. */
export const searchNote = z.object({ understoodAs: z.array(z.string()), needsMore: z.boolean(), sentence: z.string() });

export const transactionPage = z.object({
  items: z.array(transactionRow),
  nextCursor: z.nullable(z.string()),
  search: z.nullable(searchNote),
  /** Set when a search has exactly one answer: the screen opens it. */
  exactId: z.nullable(z.string()),
});
export type TransactionPage = z.output<typeof transactionPage>;

/** Counts stop at `countMax`; `more` says that there are others beyond it. */
export const countMax = 10_000;
const bounded = z.object({ count: z.int(), more: z.boolean() });
export const transactionCounts = z.object({ all: bounded, byStatus: z.record(z.enum(transactionStatusList), bounded) });
export type TransactionCounts = z.output<typeof transactionCounts>;

/** Another one whenever any movement has changed; says nothing of what. */
export const transactionMark = z.object({ mark: z.string() });
export type TransactionMark = z.output<typeof transactionMark>;

export const timelineEntry = z.object({
  id: z.string(),
  at: z.string(),
  channel: z.enum(evidenceChannels),
  sentence: z.string(),
  actor: z.string(),
  /** The row that proves it, e.g. `payout_attempts/att_…`. */
  reference: z.string(),
  detail: z.record(z.string(), z.string()),
});
export type TimelineEntry = z.output<typeof timelineEntry>;

export const transactionPanel = z.object({
  ...transactionRow.shape,
  contactMask: z.nullable(z.string()),
  last4: z.nullable(z.string()),
  gatewayId: z.nullable(z.string()),
  orderId: z.nullable(z.string()),
  linkId: z.nullable(z.string()),
  timeline: z.array(timelineEntry),
  /** Fields the reader's role does not show, each with the reason. */
  withheld: z.array(z.object({ field: z.string(), sentence: z.string() })),
});
export type TransactionPanel = z.output<typeof transactionPanel>;

export const transactionParams = z.strictObject({ id: z.string().check(z.regex(/^(tx|pay|po)_[0-9a-z]{26}$/)) });
