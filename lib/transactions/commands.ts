import { sql } from "drizzle-orm";
import { compiled, slot } from "@/db/compiled";
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

type Values = typeof transactions.$inferInsert;

function upsert(db: Pick<Tx["db"], "insert">, values: Values) {
  const { id: _id, kind: _kind, sourceId: _sourceId, occurredAt: _occurredAt, ...facts } = values;
  return db
    .insert(transactions)
    .values(values)
    .onConflictDoUpdate({ target: [transactions.kind, transactions.sourceId], set: { ...facts, updatedAt: sql`greatest(${transactions.updatedAt}, excluded.updated_at)` } });
}

const compiledUpserts = new Map<string, ReturnType<typeof compiled>>();

/** The statement for exactly these members, of which some are null; there are a handful of such shapes. */
function upsertFor(values: Values): ReturnType<typeof compiled> {
  const members = Object.entries(values).filter(([, value]) => value !== undefined);
  const shape = members.map(([name, value]) => (value === null ? `${name}-` : name)).join();
  const known = compiledUpserts.get(shape);
  if (known !== undefined) return known;
  const slots = Object.fromEntries(members.map(([name, value]) => [name, value === null ? null : slot(name)])) as Values;
  const made = compiled((db) => upsert(db, slots));
  compiledUpserts.set(shape, made);
  return made;
}

/** Writes the searchable row of a movement, in the same `tx` as its source; one row per (kind, sourceId). */
export async function indexMovement(tx: Tx, movement: Movement): Promise<void> {
  const magnitudePaise = movement.amountPaise < 0n ? subtractPaise(zeroPaise, movement.amountPaise) : movement.amountPaise;
  const values: Values = { id: newId("transaction"), ...movement, magnitudePaise, updatedAt: tx.ctx.now };
  await upsertFor(values)(tx.db, values);
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

const addEvidence = compiled((db) =>
  db.insert(transactionEvidence).values({
    kind: slot("kind"),
    sourceId: slot("sourceId"),
    channel: slot("channel"),
    sentence: slot("sentence"),
    reference: slot("reference"),
    detail: slot("detail"),
    at: slot("at"),
    actorId: slot("actorId"),
  }),
);

/** Adds one step to a movement's timeline, in the same `tx` as the step itself. Append-only. */
export async function recordEvidence(tx: Tx, evidence: Evidence): Promise<void> {
  await addEvidence(tx.db, { ...evidence, detail: evidence.detail ?? {}, at: tx.ctx.now, actorId: actorId(tx.ctx.actor) });
}
