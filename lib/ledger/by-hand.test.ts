// What the database refuses of whoever writes to the books around their own functions.
import { beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/ids";
import type { Paise } from "@/lib/money";
import { useDatabase } from "@/lib/testing/database";
import { account, as, firstRate, hold } from "@/lib/testing/ledger";
import { clockNow } from "@/lib/time";
import { getBalance } from "./index.ts";

const database = useDatabase();

let reserve: Paise;
beforeAll(async () => {
  reserve = await firstRate();
});

test("the application may not change or remove anything posted", async () => {
  for (const table of ["journals", "ledger_entries", "fx_rates", "reserve_receipts"]) {
    await expect(database.app.unsafe(`delete from ${table}`)).rejects.toThrow(/permission denied/);
    await expect(database.app.unsafe(`truncate ${table} cascade`)).rejects.toThrow(/permission denied/);
    await expect(database.app.unsafe(`update ${table} set id = id`)).rejects.toThrow(/permission denied/);
    // Even the superuser meets the trigger, once it carries an actor.
    await expect(database.superuser.unsafe(`truncate ${table} cascade`)).rejects.toThrow(/append-only/);
  }
  for (const table of ["account_balances", "holds", "ledger_accounts", "ledger_totals", "ledger_counted"]) {
    await expect(database.app.unsafe(`delete from ${table}`)).rejects.toThrow(/permission denied/);
    await expect(database.app.unsafe(`truncate ${table} cascade`)).rejects.toThrow(/permission denied/);
  }
});

test("the application changes no figure and no hold by hand: what the books say comes through their own functions", async () => {
  const id = await account(reserve + 1_000n);
  const payoutId = await hold(id, 1_000n);
  for (const statement of [
    `update account_balances set balance_paise = balance_paise + 1 where account_id = '${id}'`,
    `update account_balances set held_paise = 0 where account_id = '${id}'`,
    `insert into account_balances (account_id, balance_paise) values ('acct_x', 1)`,
    `update holds set amount_paise = 1 where payout_id = '${payoutId}'`,
    `update holds set status = 'released' where payout_id = '${payoutId}'`,
    `insert into holds (id, account_id, payout_id, amount_paise, created_at) values ('hld_x', '${id}', 'po_x', 1, '2026-01-01')`,
    `update ledger_accounts set account_id = '${id}'`,
    `update ledger_totals set credit_paise = 0`,
    header(newId("journal")),
    entry(newId("journal"), 1),
  ]) {
    const done = as((tx) => tx.db.execute(statement));
    await expect(done, statement).rejects.toMatchObject({ cause: { message: expect.stringContaining("permission denied") } });
  }
  // Whoever only reads may not borrow the doors either.
  await expect(database.readonly`select release_hold('', now())`).rejects.toThrow(/permission denied/);
  const foreign = { id: newId("journal"), kind: "opening", sourceKind: "account", sourceId: "x", at: clockNow(), accountId: await account(0n) };
  const lines = [
    { id: newId("entry"), account: `la_payee_available_${id}`, amount: "-5" },
    { id: newId("entry"), account: "la_bank", amount: "5" },
  ];
  await expect(as((tx) => tx.ask({ call: "post_journal", given: { journal: { ...foreign, lines } }, read: Boolean }))).rejects.toMatchObject({ code: "CS005" });
  expect(await getBalance(id)).toMatchObject({ balancePaise: reserve + 1_000n, heldPaise: 1_000n });
});

/** As the owner of the tables, because the application may not write entries by hand at all. */
const raw = (run: (execute: (statement: string) => Promise<unknown>, jrn: string) => Promise<void>) =>
  database.owner.begin(async (sql) => {
    await sql`select set_config('app.actor', 'test', true), set_config('app.xid', pg_current_xact_id()::text, true)`;
    await run((statement) => sql.unsafe(statement), newId("journal"));
  });
const header = (jrn: string, xid = "pg_current_xact_id()") =>
  `insert into journals (id, kind, source_kind, source_id, at, xid) values ('${jrn}', 'opening', 'account', '${jrn}', '2026-01-01', ${xid})`;
const entry = (jrn: string, amount: number) =>
  `insert into ledger_entries (id, journal_id, ledger_account_id, amount_paise, at) values ('${newId("entry")}', '${jrn}', 'la_bank', ${amount}, '2026-01-01')`;

test.each<[string, (jrn: string) => string[]]>([
  ["that does not sum to zero", (jrn) => [header(jrn), entry(jrn, 5), entry(jrn, -4)]],
  ["without entries", (jrn) => [header(jrn)]],
  ["unbalanced after an early check", (jrn) => [header(jrn), entry(jrn, 5), entry(jrn, -5), "set constraints all immediate", "set constraints all deferred", entry(jrn, 7)]],
])("a journal %s is refused at commit", async (_title, statements) => {
  const done = raw(async (execute, jrn) => {
    for (const statement of statements(jrn)) await execute(statement);
  });
  await expect(done).rejects.toMatchObject({ code: "CS004" });
});

test("entries cannot be added to a journal of another transaction, nor to one that claims another", async () => {
  let jrn = "";
  await raw(async (execute, id) => {
    jrn = id;
    for (const statement of [header(id, "'7'::xid8"), entry(id, 5), entry(id, -5)]) await execute(statement);
  });
  await expect(raw(async (execute) => void (await execute(entry(jrn, 5))))).rejects.toMatchObject({ code: "CS003" });
});
