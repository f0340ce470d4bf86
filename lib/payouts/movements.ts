// The movements as people read them: a payout among them is called what it is called among payouts.
import { inArray } from "drizzle-orm";
import { payouts } from "@/db/schema/payouts";
import { read, type Ctx } from "@/lib/context";
import { getTransaction, listTransactions, type ListInput } from "@/lib/transactions";
import type { PayoutStanding, TransactionPage, TransactionPanel, TransactionRow } from "@/lib/transactions/contract";
import type { PayoutRecord } from "./load.ts";

/** Not knowing comes before any status. */
export function standingOf(payout: Pick<PayoutRecord, "status" | "unknownSince">): PayoutStanding {
  return payout.unknownSince === null ? payout.status : "unknown";
}

/** A page of movements, each payout with its own state. */
export async function listMovements(ctx: Ctx, input: ListInput): Promise<TransactionPage> {
  const page = await listTransactions(ctx, input);
  const standings = await standingsOf(page.items);
  return { ...page, items: page.items.map((row) => ({ ...row, standing: standings.get(row.sourceId) ?? null })) };
}

/** One movement with its timeline; of a payout, with its own state. */
export async function getMovement(ctx: Ctx, id: string): Promise<TransactionPanel> {
  const movement = await getTransaction(ctx, id);
  const standings = await standingsOf([movement]);
  return { ...movement, standing: standings.get(movement.sourceId) ?? null };
}

async function standingsOf(rows: readonly Pick<TransactionRow, "kind" | "sourceId">[]): Promise<ReadonlyMap<string, PayoutStanding>> {
  const ids = rows.filter((row) => row.kind === "payout").map((row) => row.sourceId);
  if (ids.length === 0) return new Map();
  const found = await read((db) => db.select({ id: payouts.id, status: payouts.status, unknownSince: payouts.unknownSince }).from(payouts).where(inArray(payouts.id, ids)));
  return new Map(found.map((payout) => [payout.id, standingOf(payout)]));
}
