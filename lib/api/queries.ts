import type * as z from "zod/mini";
import { getAccount, listAccounts as accounts } from "@/lib/accounts";
import { accountsQueryShape } from "@/lib/accounts/contract";
import { listPayableBeneficiaries } from "@/lib/beneficiaries";
import type { Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { getLink as link, listLinks as links } from "@/lib/payments";
import { linkListQuery, type LinkRow } from "@/lib/payments/contract";
import { getPayoutRow, listPayoutRows, type ReadPayout } from "@/lib/payouts";
import type { PayoutStatus } from "@/lib/payouts/contract";
import { getTransaction as transaction, listTransactions as transactions } from "@/lib/transactions";
import type { TransactionRow } from "@/lib/transactions/contract";
import type { PayoutOut, operations } from "./contract.ts";

type QueryOf<N extends "listPayouts" | "listLinks" | "listAccounts" | "listTransactions"> = z.output<(typeof operations)[N]["query"]>;

const statusOf: Record<PayoutStatus, PayoutOut["status"]> = {
  draft: "pending_approval",
  pending_approval: "pending_approval",
  held: "held",
  approved: "approved",
  submitting: "processing",
  in_flight: "processing",
  succeeded: "succeeded",
  failed: "failed",
  reversed: "reversed",
  rejected: "rejected",
  cancelled: "cancelled",
  expired: "expired",
};

function toPayout({ row, utr, holdUntil }: ReadPayout): PayoutOut {
  return {
    id: row.id,
    status: statusOf[row.status],
    accountId: row.account.id,
    beneficiary: { id: row.payee.beneficiaryId, name: row.payee.name, kind: row.payee.kind, last4: row.payee.last4 },
    amountPaise: row.amountPaise,
    currency: "INR",
    rail: row.rail,
    purpose: row.purpose,
    approvals: row.approvals,
    heldUntil: row.status === "held" ? holdUntil : null,
    bankReference: utr,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    updatedAt: row.updatedAt,
  };
}

/** One payout, in the words of the API. */
export async function getPayout(ctx: Ctx, id: string): Promise<PayoutOut> {
  return toPayout(await getPayoutRow(ctx, id));
}

/** One page of payouts, newest first. */
export async function listPayouts(ctx: Ctx, query: QueryOf<"listPayouts">) {
  const page = await listPayoutRows(ctx, { account: query.account, cursor: query.cursor, limit: Number(query.limit ?? "50") });
  return { items: page.items.map(toPayout), nextCursor: page.nextCursor };
}

export function toLink(row: LinkRow) {
  return {
    id: row.id,
    status: row.status,
    accountId: row.accountId,
    amountPaise: row.amountPaise,
    paidPaise: row.paidPaise,
    purpose: row.purpose,
    url: row.url,
    customer: { name: row.customerMask, phone: row.phoneMask, email: row.emailMask },
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    updatedAt: row.updatedAt,
  };
}

/** One payment link, in the words of the API. */
export async function getLink(ctx: Ctx, id: string) {
  return toLink(await link(ctx, id));
}

/** A query of the room below; what it cannot read (a cursor of somewhere else) is a bad request. */
function readable<T>(parsed: { success: true; data: T } | { success: false }): T {
  if (parsed.success) return parsed.data;
  throw new AppError("bad_request", "bad_cursor", "This cursor is not one of ours. Start from the first page.");
}

/** One page of payment links, newest first. */
export async function listLinks(ctx: Ctx, query: QueryOf<"listLinks">) {
  const page = await links(ctx, readable(linkListQuery.safeParse(query)));
  return { items: page.items.map(toLink), nextCursor: page.nextCursor };
}

/** One page of accounts, oldest first. */
export async function listAccounts(query: QueryOf<"listAccounts">) {
  const page = await accounts(readable(accountsQueryShape.safeParse(query)));
  return { items: page.items.map(({ id, name, status, createdAt }) => ({ id, name, status, createdAt })), nextCursor: page.nextCursor };
}

/** Whom an account can pay, masked; throws `not_found` for no account. */
export async function listBeneficiaries(id: string) {
  await getAccount(id);
  const items = await listPayableBeneficiaries(id);
  return { items: items.map(({ id: beneficiaryId, name, kind, last4, coolOffUntil }) => ({ id: beneficiaryId, name, kind, last4, coolOffUntil })) };
}

/** The figures of one account. */
export async function getBalances(id: string) {
  const { figures } = await getAccount(id);
  const { balancePaise, pendingPaise, heldPaise, availablePaise, reservePaise, payoutsEnabled } = figures;
  return { accountId: id, balancePaise, pendingPaise, heldPaise, availablePaise, reservePaise, payoutsEnabled };
}

function toTransaction(row: TransactionRow) {
  const { id, kind, sourceId, status, amountPaise, accountId, method, counterparty, bankReference, occurredAt, updatedAt } = row;
  return { id, kind, sourceId, status, amountPaise, accountId, method, counterparty, bankReference, occurredAt, updatedAt };
}

/** One page of movements, newest first. */
export async function listTransactions(ctx: Ctx, { kind, status, ...query }: QueryOf<"listTransactions">) {
  const page = await transactions(ctx, { ...query, ...(kind === undefined ? {} : { kind: [kind] }), ...(status === undefined ? {} : { status: [status] }) });
  return { items: page.items.map(toTransaction), nextCursor: page.nextCursor };
}

/** One movement. */
export async function getTransaction(ctx: Ctx, id: string) {
  return toTransaction(await transaction(ctx, id));
}
