import { asc, eq, gt, inArray } from "drizzle-orm";
import { accounts } from "@/db/schema/accounts";
import { read, type Tx } from "@/lib/context";
import { AppError, conflict } from "@/lib/errors";
import { findReserve, getBalance, listBalances, listOpenHolds, toFigures, toReserveDto } from "@/lib/ledger";
import { clockNow, toIst } from "@/lib/time";
import type { AccountDto, AccountRow, AccountsPage, AccountsQuery } from "./contract.ts";

const pageSize = 50;

type Row = typeof accounts.$inferSelect;

/** Accounts in the order they were opened, each with its figures. */
export async function listAccounts(query: AccountsQuery = {}): Promise<AccountsPage> {
  const now = clockNow();
  const rows = await read((db) =>
    db
      .select()
      .from(accounts)
      .where(query.cursor === undefined ? undefined : gt(accounts.id, query.cursor))
      .orderBy(asc(accounts.id))
      .limit(pageSize + 1),
  );
  const page = rows.slice(0, pageSize);
  const [balances, reserve] = await Promise.all([
    listBalances(
      page.map((row) => row.id),
      now,
    ),
    findReserve(now),
  ]);
  const byId = new Map(balances.map((balance) => [balance.accountId, balance]));
  const items = page.map((row) => {
    const balance = byId.get(row.id);
    if (balance === undefined) throw new AppError("internal", "no_balances", "An account has no balances.");
    return toRow(row, balance);
  });
  return { items, nextCursor: rows.length > pageSize ? (page.at(-1)?.id ?? null) : null, reserve: reserve === null ? null : toReserveDto(reserve) };
}

/** What these accounts are called. */
export async function accountNames(ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await read((db) =>
    db
      .select({ id: accounts.id, name: accounts.name })
      .from(accounts)
      .where(inArray(accounts.id, [...ids])),
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** One account with its figures, open holds and the reserve's rate; throws `not_found`. */
export async function getAccount(id: string): Promise<AccountDto> {
  const [row] = await read((db) => db.select().from(accounts).where(eq(accounts.id, id)));
  if (row === undefined) throw new AppError("not_found", "no_account", "There is no such account.");
  const [balance, holds] = await Promise.all([getBalance(id), listOpenHolds(id)]);
  return { ...toRow(row, balance), holds, reserve: balance.reserve === null ? null : toReserveDto(balance.reserve) };
}

/** The account's facts inside `tx`, without a lock; throws when it is unknown or closed. */
export async function requireOpenAccount(tx: Tx, id: string): Promise<{ id: string; name: string; fundsAvailable: Row["fundsAvailable"] }> {
  const [row] = await tx.db.select().from(accounts).where(eq(accounts.id, id));
  if (row === undefined) throw new AppError("not_found", "no_account", "There is no such account.");
  if (row.status === "closed") throw conflict("account_closed", "This account is closed.");
  return { id: row.id, name: row.name, fundsAvailable: row.fundsAvailable };
}

function toRow(row: Row, balance: Parameters<typeof toFigures>[0]): AccountRow {
  return { id: row.id, name: row.name, status: row.status, fundsAvailable: row.fundsAvailable, createdAt: toIst(row.createdAt), figures: toFigures(balance) };
}
