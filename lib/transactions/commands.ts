import { sql } from "drizzle-orm";
import { transactionEvidence, transactions } from "@/db/schema/transactions";
import type { Tx } from "@/lib/context";
import { actorId } from "@/lib/context";
import { newId } from "@/lib/ids";
import { subtractPaise, zeroPaise, type Paise } from "@/lib/money";
import type { EvidenceChannel, TransactionKind, TransactionStatus } from "./contract.ts";

/** What the index knows of a movement. Left-out members keep what an earlier call said; null clears. */
export type Movement = {
  kind: TransactionKind;
  sourceId: string;
  status: TransactionStatus;
  /** Signed: money in is positive, money out negative. */
  amountPaise: Paise;
  /** When it began; the first call decides, so that its place in the list never moves. */
  occurredAt: Date;
  accountId?: string | null;
  method?: string | null;
  /** Already masked, never a whole name, account number or address. */
  counterparty?: string | null;
  contactMask?: string | null;
  gatewayId?: string | null;
  orderId?: string | null;
  linkId?: string | null;
  bankReference?: string | null;
  relatedIds?: string[];
  /** From the vault's `blindIndex`. */
  emailIndex?: Uint8Array | null;
  phoneIndex?: Uint8Array | null;
  vpaIndex?: Uint8Array | null;
  last4?: string | null;
};

/** Writes the searchable row of a movement, in the same `tx` as its source; one row per (kind, sourceId). */
export async function indexMovement(tx: Tx, movement: Movement): Promise<void> {
  const { occurredAt, kind, sourceId, ...facts } = movement;
  const values = { ...facts, magnitudePaise: facts.amountPaise < 0n ? subtractPaise(zeroPaise, facts.amountPaise) : facts.amountPaise, updatedAt: tx.ctx.now };
  await tx.db
    .insert(transactions)
    .values({ id: newId("transaction"), kind, sourceId, occurredAt, ...values })
    .onConflictDoUpdate({ target: [transactions.kind, transactions.sourceId], set: { ...values, updatedAt: sql`greatest(${transactions.updatedAt}, excluded.updated_at)` } });
}

export type Evidence = {
  kind: TransactionKind;
  sourceId: string;
  channel: EvidenceChannel;
  /** One plain sentence for the timeline, with nothing personal in it. */
  sentence: string;
  /** The row that proves it, `table/id`, e.g. `payout_attempts/att_…`. */
  reference: string;
  detail?: Record<string, string>;
};

/** Adds one step to a movement's timeline, in the same `tx` as the step itself. Append-only. */
export async function recordEvidence(tx: Tx, evidence: Evidence): Promise<void> {
  await tx.db.insert(transactionEvidence).values({ ...evidence, detail: evidence.detail ?? {}, at: tx.ctx.now, actorId: actorId(tx.ctx.actor) });
}
