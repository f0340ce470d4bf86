import { sql, type SQL } from "drizzle-orm";
import type { Paise } from "@/lib/money";
import { dayMs, plusMs, startOfIstDay } from "@/lib/time";
import { blindIndexes } from "@/lib/vault";
import { transactionKindList, type TransactionFilter, type TransactionKind } from "./contract.ts";
import { understand, type Search, type SearchField } from "./policy.ts";

const columns: Record<Exclude<SearchField, "related" | "source">, SQL> = {
  id: sql`id`,
  gateway: sql`gateway_id`,
  bank: sql`bank_reference`,
  order: sql`order_id`,
  link: sql`link_id`,
  account: sql`account_id`,
  email: sql`email_index`,
  phone: sql`phone_index`,
  vpa: sql`vpa_index`,
  last4: sql`last4`,
};

/** One condition per filter part, each with an index of its own. */
export function filterConditions(filter: Omit<TransactionFilter, "q">): SQL[] {
  const where: SQL[] = [];
  if (filter.status !== undefined) where.push(oneOf(sql`t.status`, filter.status));
  if (filter.kind !== undefined) where.push(oneOf(sql`t.kind`, filter.kind));
  if (filter.account !== undefined) where.push(sql`t.account_id = ${filter.account}`);
  if (filter.from !== undefined) where.push(sql`t.occurred_at >= ${startOfIstDay(filter.from).toISOString()}::timestamptz`);
  if (filter.to !== undefined) where.push(sql`t.occurred_at < ${plusMs(startOfIstDay(filter.to), dayMs).toISOString()}::timestamptz`);
  if (filter.min !== undefined) where.push(sql`t.magnitude_paise >= ${filter.min}::bigint`);
  if (filter.max !== undefined) where.push(sql`t.magnitude_paise <= ${filter.max}::bigint`);
  return where;
}

function oneOf(column: SQL, values: readonly string[]): SQL {
  // One value keeps the index's order; a list would have to be sorted.
  if (values.length === 1) return sql`${column} = ${values[0]}`;
  return sql`${column} in (${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )})`;
}

/** The rows an identifier may mean: one index look-up per place, united, so that no guess about one place scans another. */
export async function searchCondition(search: Extract<Search, { kind: "fields" }>): Promise<SQL> {
  const lookups = await Promise.all(search.fields.map(({ field, value }) => lookup(field, value)));
  return sql`t.id in (${sql.join(lookups, sql` union `)})`;
}

async function lookup(field: SearchField, value: string): Promise<SQL> {
  if (field === "related") return sql`select id from transactions where related_ids @> array[${value}]::text[] union all select id from transactions where payee_id = ${value}`;
  // Every kind named, so that the one index on (kind, source_id) serves.
  if (field === "source") return sql`select id from transactions where ${oneOf(sql`kind`, transactionKindList)} and source_id = ${value}`;
  if (field === "email" || field === "phone" || field === "vpa") return sql`select id from transactions where ${columns[field]} in (${await keyed(field, value)})`;
  return sql`select id from transactions where ${columns[field]} = ${value}`;
}

const referenceFields = ["source", "gateway", "bank", "last4"] as const;

/** Every condition on `t` under which what was typed means a movement of this kind; each is led by an index. */
export function referenceConditions(kind: TransactionKind, typed: string): SQL[] {
  const search = understand({ q: typed, kind: [kind] });
  if (search?.kind !== "fields") return [];
  return search.fields.flatMap(({ field, value }) => {
    const known = referenceFields.find((one) => one === field);
    if (known === undefined) return [];
    return [sql`t.kind = ${kind} and t.${known === "source" ? sql`source_id` : columns[known]} = ${value}`];
  });
}

/** As `referenceConditions`, for an amount. */
export function amountCondition(kind: TransactionKind, magnitudePaise: Paise): SQL {
  return sql`t.kind = ${kind} and t.magnitude_paise = ${magnitudePaise.toString()}::bigint`;
}

/** The keyed hashes of a typed value, one per key still in use. */
async function keyed(field: "email" | "phone" | "vpa", value: string): Promise<SQL> {
  const column = { email: "customer.email", phone: "customer.phone", vpa: "payer.vpa" } as const;
  const indexes = await blindIndexes(column[field], value);
  return sql.join(
    indexes.map((index) => sql`decode(${Buffer.from(index).toString("hex")}, 'hex')`),
    sql`, `,
  );
}
