import * as z from "zod/mini";
import type { Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { Paise } from "@/lib/money";
import type { JournalKind, LedgerKind } from "./contract.ts";
import { applyReserve } from "./reserve.ts";

type Line = { kind: LedgerKind; amountPaise: Paise };

export type Journal = {
  kind: JournalKind;
  sourceKind: "payment" | "payout" | "account" | "house";
  sourceId: string;
  at: Date;
  /** The payee of every payee_* line; null when there is none. */
  accountId: string | null;
  /** Positive debits, negative credits; must sum to zero or the commit fails. */
  lines: readonly Line[];
  /** The payout whose open hold this posting uses up. */
  closesHoldOf?: string;
};

/** The house's account of a kind, or the payee's: deterministic, so that posting looks nothing up. */
export function ledgerAccountId(kind: LedgerKind, accountId: string | null): string {
  return kind === "payee_pending" || kind === "payee_available" ? `la_${kind}_${accountId}` : `la_${kind}`;
}

const postedShape = z.nullable(z.object({ available: z.string(), freed: z.string(), enabled: z.nullable(z.boolean()) }));

/**
 * Posts a journal once per (kind, source): header, entries, the payee's cached figures and the hold it closes, in one
 * call of the database. False when it was posted before. Postings always succeed; one that takes the payee below the
 * reserve stops its payouts.
 */
export async function postJournal(tx: Tx, journal: Journal): Promise<boolean> {
  const { kind, sourceKind, sourceId, at, accountId } = journal;
  const lines = journal.lines
    .filter((line) => line.amountPaise !== 0n)
    .map((line) => ({ id: newId("entry"), account: ledgerAccountId(line.kind, accountId), amount: line.amountPaise.toString() }));
  const given = { id: newId("journal"), kind, sourceKind, sourceId, at, accountId, closesHoldOf: journal.closesHoldOf ?? null, lines };
  const [posted] = await tx.ask({ call: "post_journal", given: { journal: given }, read: (answer) => z.parse(postedShape, answer) });
  if (posted === null) return false;
  if (accountId === null) return true;
  if (posted.enabled === null) throw new AppError("internal", "no_balances", "The account has no balances to post to.");
  const change = BigInt(posted.available) + BigInt(posted.freed);
  if (posted.enabled ? change < 0n : change > 0n) await applyReserve(tx, accountId);
  return true;
}
