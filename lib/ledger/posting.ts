import { sql } from "drizzle-orm";
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

function isPayee(kind: LedgerKind): boolean {
  return kind === "payee_pending" || kind === "payee_available";
}

/** A payee's money is what we owe, so credits (negative) raise it. */
function rise(lines: readonly Line[], kind: LedgerKind): bigint {
  return lines.reduce((sum, line) => (line.kind === kind ? sum - line.amountPaise : sum), 0n);
}

/**
 * Posts a journal once per (kind, source): header, entries, the payee's cached figures and the hold it closes, in one
 * statement. False when it was posted before. Postings always succeed; one that takes the payee below the reserve stops its payouts.
 */
export async function postJournal(tx: Tx, journal: Journal): Promise<boolean> {
  const at = sql`${journal.at.toISOString()}::timestamptz`;
  const lines = journal.lines.filter((line) => line.amountPaise !== 0n);
  const values = sql.join(
    lines.map(
      (line) =>
        sql`(${newId("entry")}::text, ${ledgerAccountId(line.kind, journal.accountId)}::text, ${isPayee(line.kind) ? journal.accountId : null}::text, ${line.amountPaise.toString()}::bigint)`,
    ),
    sql`, `,
  );
  const available = rise(lines, "payee_available");
  const [row] = await tx.db.execute<{ journal_id: string | null; account_id: string | null; payouts_enabled: boolean; freed: string }>(sql`
    with header as (
      insert into journals (id, kind, source_kind, source_id, at)
      values (${newId("journal")}, ${journal.kind}, ${journal.sourceKind}, ${journal.sourceId}, ${at})
      on conflict (kind, source_kind, source_id) do nothing returning id
    ), entries as (
      insert into ledger_entries (id, journal_id, ledger_account_id, account_id, amount_paise, at)
      select line.id, header.id, line.ledger_account, line.account, line.amount, ${at} from header, (values ${values}) as line(id, ledger_account, account, amount)
    ), closed as (
      update holds set status = 'posted', closed_at = ${at}
      where payout_id = ${journal.closesHoldOf ?? null} and status = 'open' and exists (select from header) returning amount_paise
    ), cached as (
      update account_balances
      set balance_paise = balance_paise + ${available.toString()}::bigint, pending_paise = pending_paise + ${rise(lines, "payee_pending").toString()}::bigint,
          held_paise = held_paise - coalesce((select amount_paise from closed), 0), version = version + 1
      where account_id = ${journal.accountId} and exists (select from header) returning account_id, payouts_enabled
    )
    select (select id from header) as journal_id, cached.account_id, cached.payouts_enabled, coalesce((select amount_paise from closed), 0)::text as freed
    from (select) as one left join cached on true`);
  if (row === undefined || row.journal_id === null) return false;
  if (journal.accountId !== null && row.account_id === null) throw new AppError("internal", "no_balances", "The account has no balances to post to.");
  const change = available + BigInt(row.freed);
  if (journal.accountId !== null && (row.payouts_enabled ? change < 0n : change > 0n)) await applyReserve(tx, journal.accountId);
  return true;
}
