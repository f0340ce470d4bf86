import { and, desc, eq, ilike, inArray, isNotNull, or, sql, type SQL } from "drizzle-orm";
import { accounts, beneficiaries } from "@/db/schema/accounts";
import { payouts } from "@/db/schema/payouts";
import { can } from "@/lib/access";
import { namesForSigner } from "@/lib/beneficiaries";
import { actorNames } from "@/lib/clients";
import { read, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { parseRupees } from "@/lib/money";
import { clockNow, parseInstant, toIst } from "@/lib/time";
import type { ListPayoutsQuery, PayoutPage, PayoutQueue, PayoutQueueFigures, PayoutRow } from "./contract.ts";
import type { PayoutRecord } from "./load.ts";

const openStatuses = ["pending_approval", "held", "approved", "submitting", "in_flight"] as const;
const movingStatuses = ["approved", "submitting", "in_flight"] as const;

function viewerId(ctx: Ctx): string {
  return ctx.actor.kind === "user" ? ctx.actor.userId : "";
}

/** What the viewer may act on now: sign, or release from a hold that does not end by itself. Mirrors policy.ts in SQL. */
function waitingFor(ctx: Ctx, now: Date): SQL {
  const me = viewerId(ctx);
  const parts: SQL[] = [];
  if (can(ctx.actor, "payouts.approve").allowed) {
    parts.push(sql`(${payouts.status} = 'pending_approval' and ${payouts.expiresAt} > ${now.toISOString()}::timestamptz
      and ${me} not in (${payouts.makerId}, ${payouts.lastEditorId}, ${payouts.beneficiaryCreatedBy}, ${beneficiaries.createdBy})
      and not is_client_maker(${payouts.makerId}, ${me})
      and not exists (select from payout_approvals v where v.payout_id = ${payouts.id} and v.approver_id = ${me}))`);
  }
  if (can(ctx.actor, "payouts.release").allowed) {
    parts.push(
      sql`(${payouts.status} = 'held' and ${payouts.makerId} <> ${me} and not is_client_maker(${payouts.makerId}, ${me}) and exists (select from jsonb_array_elements(${payouts.holdReasons}) reason where reason ->> 'code' <> 'cool_off'))`,
    );
  }
  return parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql` or `)})`;
}

function inQueue(ctx: Ctx, queue: PayoutQueue, now: Date): SQL | undefined {
  const conditions: Record<PayoutQueue, SQL | undefined> = {
    waiting: waitingFor(ctx, now),
    mine: and(eq(payouts.makerId, viewerId(ctx)), inArray(payouts.status, [...openStatuses])),
    held: eq(payouts.status, "held"),
    unknown: isNotNull(payouts.unknownSince),
    moving: inArray(payouts.status, [...movingStatuses]),
  };
  return conditions[queue];
}

/** What a person may know of a payout: its id or UTR, the end of its destination, its amount, words of its purpose. */
function foundBy(q: string): SQL | undefined {
  if (q.startsWith("po_")) return eq(payouts.id, q);
  const rupees = parseRupees(q);
  const literal = q.replace(/[\\%_]/g, (sign) => `\\${sign}`);
  return or(
    eq(payouts.utr, q),
    eq(beneficiaries.last4, q.replace(/^•+/, "")),
    ilike(payouts.purpose, `%${literal}%`),
    rupees === null ? undefined : eq(payouts.amountPaise, rupees),
  );
}

const beneficiary = { kind: beneficiaries.kind, last4: beneficiaries.last4 };

type ListedRow = { payout: PayoutRecord; accountName: string; beneficiary: { kind: "bank_account" | "vpa"; last4: string }; waits: boolean };

/** One row of the list and of the panel's head. */
export function toPayoutRow(ctx: Ctx, row: ListedRow, names: ReadonlyMap<string, string>): PayoutRow {
  const { payout } = row;
  return {
    id: payout.id,
    account: { id: payout.accountId, name: row.accountName },
    payee: { beneficiaryId: payout.beneficiaryId, name: payout.payee, kind: row.beneficiary.kind, last4: row.beneficiary.last4 },
    amountPaise: payout.amountPaise.toString(),
    rail: payout.rail,
    purpose: payout.purpose,
    status: payout.status,
    unknownSince: payout.unknownSince === null ? null : toIst(payout.unknownSince),
    creditConfirmed: payout.creditConfirmed,
    approvals: { given: payout.approvalsGiven, needed: payout.approvalsNeeded },
    holdSentence: payout.status === "held" ? (payout.holdReasons[0]?.sentence ?? "It is held.") : null,
    maker: { name: names.get(payout.makerId) ?? payout.makerId, isMe: payout.makerId === viewerId(ctx) },
    waitsForMe: row.waits,
    createdAt: toIst(payout.createdAt),
    expiresAt: toIst(payout.expiresAt),
    updatedAt: toIst(payout.updatedAt),
  };
}

function parseCursor(text: string): { at: string; id: string } {
  const [millis = "", id = ""] = text.split(".");
  if (!/^\d{1,14}$/.test(millis) || !/^po_[0-9a-z]{26}$/.test(id))
    throw new AppError("bad_request", "bad_cursor", "This page address is not one of ours. Start from the first page.");
  return { at: millis, id };
}

/** One page of payouts, newest first; `queue`, `status`, `account` and `q` narrow it. Names are whole for who asks or signs. */
export async function listPayouts(ctx: Ctx, query: ListPayoutsQuery): Promise<PayoutPage> {
  const { items, nextCursor } = await listPayoutRows(ctx, query);
  const payees = await namesForSigner(
    ctx.actor,
    items.map(({ row }) => row.payee.beneficiaryId),
  );
  return { items: items.map(({ row }) => ({ ...row, payee: { ...row.payee, name: payees.get(row.payee.beneficiaryId) ?? row.payee.name } })), nextCursor };
}

export type ReadPayout = { row: PayoutRow; utr: string | null; holdUntil: string | null };

function toRead(ctx: Ctx, found: ListedRow, names: ReadonlyMap<string, string>): ReadPayout {
  const { utr, holdUntil } = found.payout;
  return { row: toPayoutRow(ctx, found, names), utr, holdUntil: holdUntil === null ? null : toIst(holdUntil) };
}

/** As `listPayouts`, with what the bank and the hold say of each. */
export async function listPayoutRows(ctx: Ctx, query: ListPayoutsQuery): Promise<{ items: ReadPayout[]; nextCursor: string | null }> {
  const now = clockNow();
  const where: (SQL | undefined)[] = [];
  if (query.queue !== undefined) where.push(inQueue(ctx, query.queue, now));
  if (query.status !== undefined) where.push(eq(payouts.status, query.status));
  if (query.account !== undefined) where.push(eq(payouts.accountId, query.account));
  if (query.q !== undefined) where.push(foundBy(query.q));
  if (query.cursor !== undefined) {
    const { at, id } = parseCursor(query.cursor);
    where.push(sql`(${payouts.createdAt}, ${payouts.id}) < (timestamptz 'epoch' + ${at}::bigint * interval '1 millisecond', ${id})`);
  }
  const rows = await read((db) =>
    db
      .select({ payout: payouts, accountName: accounts.name, beneficiary, waits: sql<boolean>`${waitingFor(ctx, now)}` })
      .from(payouts)
      .innerJoin(accounts, eq(accounts.id, payouts.accountId))
      .innerJoin(beneficiaries, eq(beneficiaries.id, payouts.beneficiaryId))
      .where(and(...where))
      .orderBy(desc(payouts.createdAt), desc(payouts.id))
      .limit(query.limit + 1),
  );
  const page = rows.slice(0, query.limit);
  const names = await actorNames(page.map((row) => row.payout.makerId));
  const last = page.at(-1)?.payout;
  return {
    items: page.map((row) => toRead(ctx, row, names)),
    nextCursor: rows.length > query.limit && last !== undefined ? `${last.createdAt.getTime()}.${last.id}` : null,
  };
}

/** One payout as the list shows it, with what the bank and its hold say of it; throws `not_found`. */
export async function getPayoutRow(ctx: Ctx, id: string): Promise<ReadPayout> {
  const [found] = await read((db) =>
    db
      .select({ payout: payouts, accountName: accounts.name, beneficiary })
      .from(payouts)
      .innerJoin(accounts, eq(accounts.id, payouts.accountId))
      .innerJoin(beneficiaries, eq(beneficiaries.id, payouts.beneficiaryId))
      .where(eq(payouts.id, id)),
  );
  if (found === undefined) throw new AppError("not_found", "payout_not_found", "There is no such payout.");
  return toRead(ctx, { ...found, waits: false }, await actorNames([found.payout.makerId]));
}

function toIstOrNull(text: string | null): string | null {
  const at = text === null ? null : parseInstant(text);
  return at === null ? null : toIst(at);
}

/** Count, oldest and sum of each queue, for the overview. */
export async function getPayoutQueues(ctx: Ctx): Promise<PayoutQueueFigures> {
  const now = clockNow();
  const figure = async (queue: PayoutQueue) => {
    const [row] = await read((db) =>
      db
        .select({
          count: sql<number>`count(*)::int`,
          oldest: sql<string | null>`to_char(min(${payouts.createdAt}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`,
          amount: sql<string>`coalesce(sum(${payouts.amountPaise}), 0)::text`,
        })
        .from(payouts)
        .innerJoin(beneficiaries, eq(beneficiaries.id, payouts.beneficiaryId))
        .where(inQueue(ctx, queue, now)),
    );
    return { count: row?.count ?? 0, oldestAt: toIstOrNull(row?.oldest ?? null), amountPaise: row?.amount ?? "0" };
  };
  const [waiting, mine, held, unknown, moving] = await Promise.all([figure("waiting"), figure("mine"), figure("held"), figure("unknown"), figure("moving")]);
  return { waiting, mine, held, unknown, moving };
}
