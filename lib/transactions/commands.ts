import { getTableColumns } from "drizzle-orm";
import { namedRow } from "@/db/calls";
import { transactions } from "@/db/schema/transactions";
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
  /** True from who knows that this is the first call; it only saves a look. */
  beginning?: boolean;
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
  payeeId?: string | null;
  /** From the vault's `blindIndex`. */
  emailIndex?: Uint8Array | null;
  phoneIndex?: Uint8Array | null;
  vpaIndex?: Uint8Array | null;
  last4?: string | null;
};

const columns = getTableColumns(transactions);

/** Writes the searchable row of a movement at the end of the `tx` of its source; one row per (kind, sourceId). */
export async function indexMovement(tx: Tx, { beginning, ...movement }: Movement): Promise<void> {
  const magnitudePaise = movement.amountPaise < 0n ? subtractPaise(zeroPaise, movement.amountPaise) : movement.amountPaise;
  const row = namedRow(columns, { ...movement, magnitudePaise, updatedAt: tx.ctx.now });
  if (beginning === true) tx.later({ call: "begin_movement", row: { ...row, id: newId("transaction") } });
  else tx.later({ call: "index_movement", row: { movement: inJson({ ...row, id: newId("transaction") }) } });
}

export type MovementChange = { kind: TransactionKind; sourceId: string; status: TransactionStatus; gatewayId: string | null; bankReference: string | null };

/** As `indexMovement`, for a movement that is indexed and of which only these things can have changed. */
export function moveMovement(tx: Tx, { kind, sourceId, status, gatewayId, bankReference }: MovementChange): void {
  tx.later({ call: "move_movement", row: { kind, source_id: sourceId, status, gateway_id: gatewayId, bank_reference: bankReference, updated_at: tx.ctx.now } });
}

/** Values as the database reads them from JSON. */
function inJson(row: Record<string, unknown>): Record<string, unknown> {
  const text = (value: unknown): unknown => {
    if (typeof value === "bigint") return value.toString();
    return value instanceof Uint8Array ? `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}` : value;
  };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, text(value)]));
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
  /** Who did this step when it was not who asked for the act as a whole, e.g. `riskScreen`. */
  actor?: string;
};

/** A screen's verdict is the screen's own, not the word of the person whose act it screened. */
export const riskScreen = "system:risk-screen";

/** Adds one step to a movement's timeline, at the end of the `tx` of the step itself. Append-only. */
export async function recordEvidence(tx: Tx, evidence: Evidence): Promise<void> {
  const { kind, sourceId, channel, sentence, reference, detail, actor } = evidence;
  tx.later({
    call: "record_evidence",
    row: { kind, source_id: sourceId, channel, sentence, reference, detail: detail ?? {}, at: tx.ctx.now, actor_id: actor ?? actorId(tx.ctx.actor) },
  });
}
