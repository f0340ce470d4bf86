// What /api/v1 says and takes: a vocabulary of its own, which changes only when we mean to change it for other programs.
import * as z from "zod/mini";
import type { ApiScope } from "@/lib/clients/contract";
import { askedPaiseWire } from "@/lib/money";

const says = (text: string) => z.describe(text);
const idOf = (prefix: string, what: string) => z.string().check(z.regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `not the id of ${what}`), says(`The id of ${what}.`));

const accountId = idOf("acct", "an account");
const beneficiaryId = idOf("ben", "a beneficiary");
const payoutId = idOf("po", "a payout");
const linkId = idOf("lnk", "a payment link");

const paise = z.string().check(z.regex(/^-?(0|[1-9]\d{0,14})$/), says("Paise as a decimal string."));
const instant = z.string().check(says("ISO 8601 with offset."));
const cursor = z.optional(z.string().check(z.regex(/^[A-Za-z0-9._-]{1,120}$/), says("`nextCursor` of the page before.")));
const nextCursor = z.nullable(z.string()).check(says("The cursor of the next page; null on the last one."));

export const payoutStatuses = ["pending_approval", "held", "approved", "processing", "succeeded", "failed", "reversed", "rejected", "cancelled", "expired"] as const;

export const payoutShape = z.object({
  id: z.string(),
  status: z.enum(payoutStatuses).check(says("People approve payouts; no program can. `processing` lasts until the bank's answer is certain.")),
  accountId: z.string(),
  beneficiary: z.object({ id: z.string(), name: z.string().check(says("Masked.")), kind: z.enum(["bank_account", "vpa"]), last4: z.string() }),
  amountPaise: paise,
  currency: z.literal("INR"),
  rail: z.enum(["imps", "neft", "upi"]),
  purpose: z.string(),
  approvals: z.object({ given: z.int(), needed: z.int() }),
  heldUntil: z.nullable(z.string()).check(says("When a hold ends by itself; null when there is none, or a person must look.")),
  bankReference: z.nullable(z.string()),
  createdAt: instant,
  expiresAt: instant,
  updatedAt: instant,
});
export type PayoutOut = z.input<typeof payoutShape>;

export const linkStatuses = ["creating", "active", "partially_paid", "paid", "expired", "cancelled", "refused"] as const;

export const linkShape = z.object({
  id: z.string(),
  status: z.enum(linkStatuses).check(says("`creating` until the gateway has answered.")),
  accountId: z.string(),
  amountPaise: paise,
  paidPaise: paise,
  purpose: z.string(),
  url: z.nullable(z.string()).check(says("Where the customer pays.")),
  customer: z.object({ name: z.nullable(z.string()), phone: z.string(), email: z.nullable(z.string()) }).check(says("Masked.")),
  createdAt: instant,
  expiresAt: instant,
  updatedAt: instant,
});

export const accountShape = z.object({ id: z.string(), name: z.string(), status: z.enum(["active", "closed"]), createdAt: instant });

export const balancesShape = z.object({
  accountId: z.string(),
  balancePaise: paise,
  pendingPaise: paise,
  heldPaise: paise,
  availablePaise: paise.check(says("Balance less what is held for open payouts.")),
  reservePaise: z.nullable(paise).check(says("What the account must keep; null while the reference rate is unknown.")),
  payoutsEnabled: z.boolean(),
});

const beneficiaryShape = z.object({
  id: z.string(),
  name: z.string().check(says("Masked.")),
  kind: z.enum(["bank_account", "vpa"]),
  last4: z.string(),
  coolOffUntil: instant.check(says("A payout to it that is asked for earlier is held until then.")),
});

const kinds = ["payment", "payout", "refund", "adjustment"] as const;
const movementStatuses = ["pending", "waiting", "held", "moving", "unknown", "succeeded", "failed", "reversed", "cancelled"] as const;

export const transactionShape = z.object({
  id: z.string(),
  kind: z.enum(kinds),
  sourceId: z.string().check(says("The payment or payout it is about.")),
  status: z.enum(movementStatuses),
  amountPaise: paise.check(says("Money in is positive, money out negative.")),
  accountId: z.nullable(z.string()),
  method: z.nullable(z.string()),
  counterparty: z.nullable(z.string()).check(says("Masked.")),
  bankReference: z.nullable(z.string()).check(says("Masked.")),
  occurredAt: instant,
  updatedAt: instant,
});

const pageOf = <S extends z.ZodMiniType>(item: S) => z.object({ items: z.array(item), nextCursor });
const limit = z.optional(z.string().check(z.regex(/^([1-9]|[1-9]\d|100)$/, "1 to 100"), says("How many, 1 to 100; 50 when left out.")));

const line = (max: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(max), z.regex(/^[^\p{Cc}<>]*$/u, "plain text on one line"));

const createPayoutBody = z.strictObject({
  accountId,
  beneficiaryId,
  amountPaise: askedPaiseWire.check(says("At least 100 paise, as a decimal string.")),
  purpose: z.string().check(z.trim(), z.regex(/^[A-Za-z0-9](?:[A-Za-z0-9 ]{1,68}[A-Za-z0-9])$/, "3 to 70 letters, digits and spaces"), says("Goes to the bank as the remark.")),
});

const createLinkBody = z.strictObject({
  accountId,
  amountPaise: askedPaiseWire.check(says("At least 100 paise, as a decimal string.")),
  purpose: line(100),
  phone: z.string().check(z.regex(/^(\+91)?[6-9]\d{9}$/, "an Indian mobile number has ten digits")),
  email: z.optional(z.string().check(z.trim(), z.toLowerCase(), z.maxLength(100), z.regex(/^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/, "not an e-mail address"))),
  customerName: z.optional(line(80)),
  validDays: z.optional(z.int().check(z.gte(1), z.lte(30), says("7 when left out."))),
});

type Shape = z.ZodMiniType;
/** One thing a program can ask for. Handler, document and test are all made from the same object. */
type Described = {
  id: string;
  method: "GET" | "POST";
  path: string;
  scope: ApiScope;
  summary: string;
  object: string;
  body?: Shape;
  query?: Shape;
  params?: Shape;
  output: Shape;
  status: 200 | 201;
};

const one = <I extends Shape>(id: I) => z.strictObject({ id });

export const operations = {
  createPayout: {
    id: "createPayout",
    method: "POST",
    path: "/api/v1/payouts",
    scope: "payouts:create",
    summary: "Ask for a payout. It waits for people to approve it; whoever made, owns or gave a key to this client cannot.",
    object: "payout",
    body: createPayoutBody,
    output: payoutShape,
    status: 201,
  },
  listPayouts: {
    id: "listPayouts",
    method: "GET",
    path: "/api/v1/payouts",
    scope: "payouts:read",
    summary: "Payouts, newest first.",
    object: "payout",
    query: z.strictObject({ account: z.optional(accountId), cursor, limit }),
    output: pageOf(payoutShape),
    status: 200,
  },
  getPayout: {
    id: "getPayout",
    method: "GET",
    path: "/api/v1/payouts/{id}",
    scope: "payouts:read",
    summary: "One payout.",
    object: "payout",
    params: one(payoutId),
    output: payoutShape,
    status: 200,
  },
  createLink: {
    id: "createLink",
    method: "POST",
    path: "/api/v1/links",
    scope: "links:create",
    summary: "Create a payment link for a customer of an account.",
    object: "link",
    body: createLinkBody,
    output: linkShape,
    status: 201,
  },
  listLinks: {
    id: "listLinks",
    method: "GET",
    path: "/api/v1/links",
    scope: "links:read",
    summary: "Payment links, newest first.",
    object: "link",
    query: z.strictObject({ status: z.optional(z.enum(linkStatuses)), account: z.optional(accountId), cursor }),
    output: pageOf(linkShape),
    status: 200,
  },
  getLink: {
    id: "getLink",
    method: "GET",
    path: "/api/v1/links/{id}",
    scope: "links:read",
    summary: "One payment link.",
    object: "link",
    params: one(linkId),
    output: linkShape,
    status: 200,
  },
  listAccounts: {
    id: "listAccounts",
    method: "GET",
    path: "/api/v1/accounts",
    scope: "accounts:read",
    summary: "Accounts, in the order they were opened.",
    object: "account",
    query: z.strictObject({ cursor }),
    output: pageOf(accountShape),
    status: 200,
  },
  listBeneficiaries: {
    id: "listBeneficiaries",
    method: "GET",
    path: "/api/v1/accounts/{id}/beneficiaries",
    scope: "accounts:read",
    summary: "Whom an account can pay, in the order they were added. People add and change them; no program can.",
    object: "beneficiary",
    params: one(accountId),
    output: z.object({ items: z.array(beneficiaryShape) }),
    status: 200,
  },
  getBalances: {
    id: "getBalances",
    method: "GET",
    path: "/api/v1/accounts/{id}/balances",
    scope: "balances:read",
    summary: "What an account has, and what of it is free.",
    object: "account",
    params: one(accountId),
    output: balancesShape,
    status: 200,
  },
  listTransactions: {
    id: "listTransactions",
    method: "GET",
    path: "/api/v1/transactions",
    scope: "transactions:read",
    summary: "Every movement of money, newest first.",
    object: "transaction",
    query: z.strictObject({ account: z.optional(accountId), kind: z.optional(z.enum(kinds)), status: z.optional(z.enum(movementStatuses)), cursor, limit }),
    output: pageOf(transactionShape),
    status: 200,
  },
  getTransaction: {
    id: "getTransaction",
    method: "GET",
    path: "/api/v1/transactions/{id}",
    scope: "transactions:read",
    summary: "One movement, by its own id or that of its payment or payout.",
    object: "transaction",
    params: one(z.string().check(z.regex(/^(tx|pay|po)_[0-9a-hjkmnp-tv-z]{26}$/, "not the id of a transaction"))),
    output: transactionShape,
    status: 200,
  },
} as const satisfies Record<string, Described>;
