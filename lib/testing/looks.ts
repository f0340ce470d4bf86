// How many rows an act looks at: what makes it slower with every row that is added, long before anybody feels it.
import { sql } from "drizzle-orm";
import { config } from "@/lib/config";
import { read, systemCtx, withTransaction } from "@/lib/context";
import type { TestDatabase } from "./database.ts";

/** Rows that `act` looked at in each table, whether it wanted them or not. Acts come one after the other, on one connection. */
export async function looksAt(database: TestDatabase, act: () => Promise<unknown>): Promise<Map<string, number>> {
  await tell();
  const before = await counted(database);
  await act();
  await tell();
  const after = await counted(database);
  return new Map([...after].map(([table, rows]) => [table, rows - (before.get(table) ?? 0)]));
}

/** Has every connection tell what it has counted so far: one that read before the act would tell it in the middle of it. */
async function tell(): Promise<void> {
  const now = sql`select pg_stat_force_next_flush()`;
  const reads = Math.max(2, Math.ceil(config().database.poolMax / 2));
  await Promise.all(Array.from({ length: reads }, () => read((db) => db.execute(now))));
  await withTransaction(systemCtx("test"), (tx) => tx.db.execute(now));
}

async function counted(database: TestDatabase): Promise<Map<string, number>> {
  await database.superuser`select pg_stat_clear_snapshot()`;
  const rows = await database.superuser<{ table: string; rows: string }[]>`
    select relname as table, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::text as rows from pg_stat_user_tables`;
  return new Map(rows.map(({ table, rows: looked }) => [table, Number(looked)]));
}

const few = 14;

/** The tables of which more than a few rows were looked at. */
export function wide(rows: Map<string, number>): Record<string, number> {
  return Object.fromEntries([...rows].filter(([, looked]) => looked > few));
}
