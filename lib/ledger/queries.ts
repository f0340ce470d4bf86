import { type SQL, and, count, desc, eq, inArray, lt, sql } from "drizzle-orm";
import { payouts } from "@/db/schema/payouts";
import { accounts } from "@/db/schema/accounts";
import { accountBalances, holds, journals, ledgerAccounts, ledgerEntries } from "@/db/schema/ledger";
import { read } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { subtractPaise, type Paise } from "@/lib/money";
import { clockNow, toIst } from "@/lib/time";
import { ledgerKinds, type EntriesPage, type EntriesQuery, type EntryDto, type Figures, type HoldDto, type JournalKind, type TrialBalance } from "./contract.ts";
import { disabledSentence, headroomOf } from "./policy.ts";
import { ledgerAccountId } from "./posting.ts";
import { findReserve, type Reserve } from "./reserve.ts";

const pageSize = 50;

export type Balance = {
  accountId: string;
  balancePaise: Paise;
  pendingPaise: Paise;
  heldPaise: Paise;
  /** balance − held. */
  availablePaise: Paise;
  payoutsEnabled: boolean;
  payoutsDisabledReason: "below_reserve" | null;
  /** The reserve in force; null while there is no reference rate. */
  reserve: Reserve | null;
};

/** One payee's figures at `now`; throws `not_found`. */
export async function getBalance(accountId: string, now: Date = clockNow()): Promise<Balance> {
  const [row] = await listBalances([accountId], now);
  if (row === undefined) throw new AppError("not_found", "no_account", "There is no such account.");
  return row;
}

/** The figures of several payees, in no particular order. */
export async function listBalances(accountIds: string[], now: Date = clockNow()): Promise<Balance[]> {
  if (accountIds.length === 0) return [];
  const [reserve, rows] = await Promise.all([findReserve(now), read((db) => db.select().from(accountBalances).where(inArray(accountBalances.accountId, accountIds)))]);
  return rows.map(({ version: _version, ...row }) => ({ ...row, availablePaise: subtractPaise(row.balancePaise, row.heldPaise), reserve }));
}

/** The wire form of a payee's figures. */
export function toFigures(balance: Balance): Figures {
  const reservePaise = balance.reserve?.reservePaise ?? null;
  return {
    balancePaise: balance.balancePaise.toString(),
    pendingPaise: balance.pendingPaise.toString(),
    heldPaise: balance.heldPaise.toString(),
    availablePaise: balance.availablePaise.toString(),
    reservePaise: reservePaise === null ? null : reservePaise.toString(),
    headroomPaise: reservePaise === null ? null : headroomOf({ ...balance, reservePaise }).toString(),
    payoutsEnabled: balance.payoutsEnabled,
    payoutsDisabledReason: disabledSentence(balance.payoutsDisabledReason),
  };
}

/** The open holds behind an account's `held`, newest first; at most 200. */
export async function listOpenHolds(accountId: string): Promise<HoldDto[]> {
  const rows = await read((db) =>
    db
      .select({ id: holds.id, payoutId: holds.payoutId, beneficiaryId: payouts.beneficiaryId, payee: payouts.payee, amountPaise: holds.amountPaise, createdAt: holds.createdAt })
      .from(holds)
      .leftJoin(payouts, eq(payouts.id, holds.payoutId))
      .where(and(eq(holds.accountId, accountId), eq(holds.status, "open")))
      .orderBy(desc(holds.id))
      .limit(200),
  );
  return rows.map((row) => ({ ...row, amountPaise: row.amountPaise.toString(), createdAt: toIst(row.createdAt) }));
}

const sourceKinds: Record<string, string> = { pay: "payment", po: "payout", acct: "account" };

/** Entries newest first, of one account, kind or source, or of all. */
export async function listEntries(query: EntriesQuery): Promise<EntriesPage> {
  const where: (SQL | undefined)[] = [];
  const payeeKind = query.kind === "payee_pending" || query.kind === "payee_available" ? query.kind : null;
  if (query.account !== undefined && payeeKind !== null) where.push(eq(ledgerEntries.ledgerAccountId, ledgerAccountId(payeeKind, query.account)));
  else {
    if (query.account !== undefined) where.push(eq(ledgerEntries.accountId, query.account));
    if (query.kind !== undefined) where.push(payeeKind !== null ? eq(ledgerAccounts.kind, query.kind) : eq(ledgerEntries.ledgerAccountId, ledgerAccountId(query.kind, null)));
  }
  if (query.source !== undefined) where.push(eq(journals.sourceKind, sourceKinds[query.source.split("_")[0] ?? ""] ?? ""), eq(journals.sourceId, query.source));
  if (query.cursor !== undefined) where.push(lt(ledgerEntries.id, query.cursor));
  const rows = await read((db) =>
    db
      .select({
        id: ledgerEntries.id,
        at: ledgerEntries.at,
        journalId: journals.id,
        journalKind: journals.kind,
        sourceKind: journals.sourceKind,
        sourceId: journals.sourceId,
        ledgerKind: ledgerAccounts.kind,
        accountId: ledgerEntries.accountId,
        accountName: accounts.name,
        amountPaise: ledgerEntries.amountPaise,
      })
      .from(ledgerEntries)
      .innerJoin(journals, eq(journals.id, ledgerEntries.journalId))
      .innerJoin(ledgerAccounts, eq(ledgerAccounts.id, ledgerEntries.ledgerAccountId))
      .leftJoin(accounts, eq(accounts.id, ledgerEntries.accountId))
      .where(and(...where))
      .orderBy(desc(ledgerEntries.id))
      .limit(pageSize + 1),
  );
  const items = rows.slice(0, pageSize).map(({ accountId, accountName, ...row }): EntryDto => ({
    ...row,
    journalKind: row.journalKind as JournalKind,
    at: toIst(row.at),
    account: accountId === null ? null : { id: accountId, name: accountName ?? accountId },
    amountPaise: row.amountPaise.toString(),
  }));
  return { items, nextCursor: rows.length > pageSize ? (items.at(-1)?.id ?? null) : null };
}

/** Debits and credits by kind, and whether they balance and every cached figure equals its entries and open holds. */
export async function getTrialBalance(): Promise<TrialBalance> {
  const [sums, drifting] = await Promise.all([
    read((db) =>
      db.execute<{ kind: TrialBalance["rows"][number]["kind"]; entries: string; debit: string; credit: string }>(sql`
      select a.kind, coalesce(sum(s.entries), 0)::bigint::text as entries, coalesce(sum(s.debit_paise), 0)::text as debit, coalesce(sum(s.credit_paise), 0)::text as credit
      from ledger_accounts a left join ledger_sums s on s.ledger_account_id = a.id group by a.kind order by a.kind`),
    ),
    read((db) => db.execute<{ account_id: string }>(driftQuery)),
  ]);
  const total = (key: "debit" | "credit") => sums.reduce((sum, row) => sum + BigInt(row[key]), 0n);
  return {
    rows: sums
      .toSorted((one, other) => ledgerKinds.indexOf(one.kind) - ledgerKinds.indexOf(other.kind))
      .map((row) => ({
        kind: row.kind,
        entries: Number(row.entries),
        debitPaise: row.debit,
        creditPaise: row.credit,
        netPaise: (BigInt(row.debit) - BigInt(row.credit)).toString(),
      })),
    debitPaise: total("debit").toString(),
    creditPaise: total("credit").toString(),
    balanced: total("debit") === total("credit") && drifting.length === 0,
    driftingAccounts: drifting.map((row) => row.account_id),
    asOf: toIst(clockNow()),
  };
}

/** Payees whose cached figures differ from their entries and open holds: there must be none. */
const driftQuery = sql`
  select b.account_id from account_balances b
  left join (
    select a.account_id, sum(t.credit_paise - t.debit_paise) filter (where a.kind = 'payee_available') as available, sum(t.credit_paise - t.debit_paise) filter (where a.kind = 'payee_pending') as pending
    from ledger_sums t join ledger_accounts a on a.id = t.ledger_account_id where a.account_id is not null group by a.account_id
  ) s on s.account_id = b.account_id
  left join (select account_id, sum(amount_paise) as held from holds where status = 'open' group by account_id) h on h.account_id = b.account_id
  where b.balance_paise <> coalesce(s.available, 0) or b.pending_paise <> coalesce(s.pending, 0) or b.held_paise <> coalesce(h.held, 0)
  limit 20`;

/** How many payees' payouts are stopped because they are below their reserve. */
export async function countStoppedAccounts(): Promise<number> {
  const [row] = await read((db) => db.select({ count: count() }).from(accountBalances).where(eq(accountBalances.payoutsEnabled, false)));
  return row?.count ?? 0;
}
