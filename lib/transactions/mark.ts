import { sql } from "drizzle-orm";
import { read } from "@/lib/context";
import type { TransactionMark } from "./contract.ts";

/**
 * A mark of how things stand, from the newest evidence: whatever changes a movement adds some. Several of the newest and
 * not the last alone, because a transaction may take its number early and be seen late.
 */
export async function transactionsMark(): Promise<TransactionMark> {
  const statement = sql`select coalesce(md5(string_agg(id::text, ',')), '-') as mark from (select id from transaction_evidence order by id desc limit 64) as newest`;
  const [row] = await read((db) => db.execute<{ mark: string }>(statement));
  return { mark: row?.mark ?? "-" };
}
