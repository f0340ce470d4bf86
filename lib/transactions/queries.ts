import { sql, type SQL } from "drizzle-orm";
import * as z from "zod/mini";
import { read, type Ctx } from "@/lib/context";
import { maskName, maskReference } from "@/lib/privacy/policy";
import {
  countMax,
  transactionKindList,
  transactionStatusList,
  type TransactionCounts,
  type TransactionFilter,
  type TransactionPage,
  type TransactionRow,
  type TransactionStatus,
} from "./contract.ts";
import { parseCursor, toCursor } from "./cursor.ts";
import { sightOf, understand, type Sight } from "./policy.ts";
import { filterConditions, searchCondition } from "./where.ts";

const text = z.nullable(z.string());
export const recordShape = z.object({
  id: z.string(),
  kind: z.enum(transactionKindList),
  source_id: z.string(),
  status: z.enum(transactionStatusList),
  amount_paise: z.coerce.string(),
  account_id: text,
  account_name: text,
  method: text,
  counterparty: text,
  bank_reference: text,
  /** Exact place in the order; the shown times are whole seconds. */
  occurred_micros: z.coerce.string(),
  occurred: z.string(),
  updated: z.string(),
});

export const recordColumns = sql`t.id, t.kind, t.source_id, t.status, t.amount_paise, t.account_id, a.name as account_name, t.method, t.counterparty, t.bank_reference,
  (extract(epoch from t.occurred_at) * 1000000)::bigint as occurred_micros, ${asIst(sql`t.occurred_at`)} as occurred, ${asIst(sql`t.updated_at`)} as updated`;

/** The wire form of a time, made where its microseconds are. */
export function asIst(column: SQL): SQL {
  return sql`to_char(${column} at time zone 'Asia/Kolkata', 'YYYY-MM-DD"T"HH24:MI:SS"+05:30"')`;
}

/** "M•••• S••••" of "Meera Supplies ••1191": enough to tell payees apart, nothing of where the money goes. */
function withoutDestination(counterparty: string | null): string | null {
  return counterparty === null ? null : maskName(counterparty.replace(/\s••\S*$/u, ""));
}

export function toRow(record: z.output<typeof recordShape>, sight: Sight): TransactionRow {
  const reference = record.bank_reference;
  return {
    id: record.id,
    kind: record.kind,
    sourceId: record.source_id,
    status: record.status,
    // What is finer is known a floor above, where payouts are.
    standing: null,
    amountPaise: record.amount_paise,
    accountId: record.account_id,
    accountName: record.account_name,
    method: record.method,
    counterparty: record.kind === "payout" && !sight.last4 ? withoutDestination(record.counterparty) : record.counterparty,
    bankReference: reference === null || sight.bankReference ? reference : maskReference(reference),
    occurredAt: record.occurred,
    updatedAt: record.updated,
  };
}

function all(conditions: SQL[]): SQL {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

export type ListInput = TransactionFilter & { cursor?: string | undefined; limit?: string | undefined };

/** The list's statement, apart so that its plan can be looked at. */
export async function listStatement(input: ListInput): Promise<{ statement: SQL; limit: number } | { needsMore: string }> {
  const { cursor, limit: asked, q: _q, ...filter } = input;
  const search = understand(input);
  if (search?.kind === "needs_more") return { needsMore: search.sentence };
  const conditions = filterConditions(filter);
  if (search !== null) conditions.push(await searchCondition(search));
  if (cursor !== undefined) {
    const place = parseCursor(cursor);
    conditions.push(sql`(t.occurred_at, t.id) < (timestamptz 'epoch' + ${place.micros}::bigint * interval '1 microsecond', ${place.id})`);
  }
  const limit = Number(asked ?? "50");
  const statement = sql`select ${recordColumns} from transactions t left join accounts a on a.id = t.account_id where ${all(conditions)} order by t.occurred_at desc, t.id desc limit ${limit + 1}`;
  return { statement, limit };
}

/** One page of movements, newest first, with what the search box understood; masked by what the reader may see. */
export async function listTransactions(ctx: Ctx, input: ListInput): Promise<TransactionPage> {
  const search = understand(input);
  const listed = await listStatement(input);
  if ("needsMore" in listed)
    return { items: [], nextCursor: null, exactId: null, search: { understoodAs: search?.understoodAs ?? [], needsMore: true, sentence: listed.needsMore } };
  const rows = z.array(recordShape).parse(await read(async (db) => [...(await db.execute(listed.statement))]));
  const page = rows.slice(0, listed.limit);
  const last = page.at(-1);
  const sight = sightOf(ctx.actor.permissions);
  const only = search !== null && input.cursor === undefined && rows.length === 1 ? (rows[0]?.id ?? null) : null;
  const found = search === null ? null : { understoodAs: search.understoodAs, needsMore: false, sentence: `Searched as ${search.understoodAs.join(", ")}.` };
  return {
    items: page.map((record) => toRow(record, sight)),
    nextCursor: rows.length > listed.limit && last !== undefined ? toCursor({ micros: last.occurred_micros, id: last.id }) : null,
    search: found,
    exactId: only,
  };
}

/** How many rows each status has under the filter (its own status part aside), counted no further than the bound. */
export async function countTransactions(_ctx: Ctx, input: TransactionFilter): Promise<TransactionCounts> {
  const { q: _q, status: _status, ...filter } = input;
  const search = understand(input);
  const conditions = filterConditions(filter);
  if (search?.kind === "needs_more") conditions.push(sql`false`);
  if (search?.kind === "fields") conditions.push(await searchCondition(search));
  const one = (status: TransactionStatus): SQL =>
    sql`(select count(*) from (select 1 from transactions t where t.status = ${status} and ${all(conditions)} limit ${countMax + 1}) c) as ${sql.identifier(status)}`;
  const rows = await read(async (db) => [...(await db.execute<Record<string, string>>(sql`select ${sql.join(transactionStatusList.map(one), sql`, `)}`))]);
  const bounded = (count: number) => ({ count: Math.min(count, countMax), more: count > countMax });
  const counts = transactionStatusList.map((status) => [status, Number(rows[0]?.[status] ?? "0")] as const);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  return { all: bounded(total), byStatus: Object.fromEntries(counts.map(([status, count]) => [status, bounded(count)])) as TransactionCounts["byStatus"] };
}
