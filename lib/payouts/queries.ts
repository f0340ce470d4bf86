import { desc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { accounts, beneficiaries } from "@/db/schema/accounts";
import { payouts } from "@/db/schema/payouts";
import type { Db } from "@/db/pool";
import { namesForSigner } from "@/lib/beneficiaries";
import { actorNames } from "@/lib/clients";
import { read, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import type { Judged } from "@/lib/risk/contract";
import { clockNow, parseInstant, toIst } from "@/lib/time";
import type { ListPayoutsQuery, PayoutPage, PayoutQueue, PayoutQueueFigures, PayoutRow } from "./contract.ts";
import type { PayoutRecord } from "./load.ts";
import { forPeople, heldForPerson, inQueue, listed, toDecide, toSign, viewerId, waitingFor } from "./where.ts";

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

/** One page of payouts, newest first; `queue`, `status`, `account` and `q` narrow it. Names are whole for who asks or signs. */
export async function listPayouts(ctx: Ctx, query: ListPayoutsQuery): Promise<PayoutPage> {
  const { items, nextCursor } = await listPayoutRows(ctx, query);
  const payees = await namesForSigner(
    ctx.actor,
    items.map(({ row }) => row.payee.beneficiaryId),
  );
  return { items: items.map(({ row }) => ({ ...row, payee: { ...row.payee, name: payees.get(row.payee.beneficiaryId) ?? row.payee.name } })), nextCursor };
}

/** What these payouts are: amount, payee as the reader may see it, and when they were asked for. */
export async function payoutsById(ctx: Ctx, ids: string[]): Promise<Map<string, Judged>> {
  if (ids.length === 0) return new Map();
  const rows = await read((db) =>
    db
      .select({
        id: payouts.id,
        payee: payouts.payee,
        beneficiaryId: payouts.beneficiaryId,
        amountPaise: payouts.amountPaise,
        createdAt: payouts.createdAt,
        last4: beneficiaries.last4,
      })
      .from(payouts)
      .innerJoin(beneficiaries, eq(beneficiaries.id, payouts.beneficiaryId))
      .where(inArray(payouts.id, ids)),
  );
  const whole = await namesForSigner(
    ctx.actor,
    rows.map((row) => row.beneficiaryId),
  );
  return new Map(
    rows.map((row) => [
      row.id,
      { amountPaise: row.amountPaise.toString(), payee: { name: whole.get(row.beneficiaryId) ?? row.payee, last4: row.last4 }, askedAt: toIst(row.createdAt) },
    ]),
  );
}

export type ReadPayout = { row: PayoutRow; utr: string | null; holdUntil: string | null };

function toRead(ctx: Ctx, found: ListedRow, names: ReadonlyMap<string, string>): ReadPayout {
  const { utr, holdUntil } = found.payout;
  return { row: toPayoutRow(ctx, found, names), utr, holdUntil: holdUntil === null ? null : toIst(holdUntil) };
}

/** The list's statement, apart so that its plan can be looked at. */
export function listStatement(db: Db, { ctx, query, now }: { ctx: Ctx; query: ListPayoutsQuery; now: Date }) {
  return db
    .select({ payout: payouts, accountName: accounts.name, beneficiary, waits: sql<boolean>`${waitingFor(ctx, now)}` })
    .from(payouts)
    .innerJoin(accounts, eq(accounts.id, payouts.accountId))
    .innerJoin(beneficiaries, eq(beneficiaries.id, payouts.beneficiaryId))
    .where(listed(ctx, query, now))
    .orderBy(desc(payouts.createdAt), desc(payouts.id))
    .limit(query.limit + 1);
}

/** As `listPayouts`, with what the bank and the hold say of each. */
export async function listPayoutRows(ctx: Ctx, query: ListPayoutsQuery): Promise<{ items: ReadPayout[]; nextCursor: string | null }> {
  const now = clockNow();
  const rows = await read((db) => listStatement(db, { ctx, query, now }));
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

const utc = (at: SQL): SQL<string | null> => sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

const figureColumns = {
  count: sql<number>`count(*)::int`,
  oldest: utc(sql`min(${payouts.createdAt})`),
  amount: sql<string>`coalesce(sum(${payouts.amountPaise}), 0)::text`,
};

type Figured = { count: number; oldest: string | null; amount: string };

function toFigure(row: Figured | undefined) {
  return { count: row?.count ?? 0, oldestAt: toIstOrNull(row?.oldest ?? null), amountPaise: row?.amount ?? "0" };
}

/** Count, oldest and sum of each queue, for the overview. */
export async function getPayoutQueues(ctx: Ctx): Promise<PayoutQueueFigures> {
  const now = clockNow();
  const figure = async (queue: PayoutQueue) => {
    const [row] = await read((db) =>
      db
        .select(figureColumns)
        .from(payouts)
        .where(inQueue(ctx, queue, now)),
    );
    return toFigure(row);
  };
  const waitingFigure = async () => {
    const signing = toSign(ctx, now);
    const [row] = await read((db) =>
      db
        .select({ ...figureColumns, toSign: sql<number>`count(*) filter (where ${signing})::int`, signOldest: utc(sql`min(${payouts.createdAt}) filter (where ${signing})`) })
        .from(payouts)
        .innerJoin(beneficiaries, eq(beneficiaries.id, payouts.beneficiaryId))
        .where(inQueue(ctx, "waiting", now)),
    );
    return { ...toFigure(row), toSign: { count: row?.toSign ?? 0, oldestAt: toIstOrNull(row?.signOldest ?? null) } };
  };
  const unknownFigure = async () => {
    const counted = (which: SQL) => sql<number>`count(*) filter (where ${which})::int`;
    const [row] = await read((db) =>
      db
        .select({ ...figureColumns, forPeople: counted(forPeople(now)), forMe: counted(toDecide(ctx, now)) })
        .from(payouts)
        .where(inQueue(ctx, "unknown", now)),
    );
    return { ...toFigure(row), forPeople: row?.forPeople ?? 0, forMe: row?.forMe ?? 0 };
  };
  const heldFigure = async () => {
    const ends = { forPerson: sql<number>`count(*) filter (where ${heldForPerson})::int`, next: utc(sql`min(${payouts.holdUntil}) filter (where not ${heldForPerson})`) };
    const [row] = await read((db) =>
      db
        .select({ ...figureColumns, ...ends })
        .from(payouts)
        .where(inQueue(ctx, "held", now)),
    );
    return { ...toFigure(row), forPerson: row?.forPerson ?? 0, nextEndAt: toIstOrNull(row?.next ?? null) };
  };
  const [waiting, mine, held, unknown, moving] = await Promise.all([waitingFigure(), figure("mine"), heldFigure(), unknownFigure(), figure("moving")]);
  return { waiting, mine, held, unknown, moving };
}
