import { expect, test } from "vitest";
import { systemCtx, withTransaction, type Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { paise } from "@/lib/money";
import { useDatabase } from "@/lib/testing/database";
import { clockNow, minuteMs } from "@/lib/time";
import { countLedger, ledgerSweeps } from "./events.ts";
import { getTrialBalance, openBalances, postCapture, postOpening } from "./index.ts";
import { listWrongTotals } from "./recount.ts";

const database = useDatabase();

const as = <T>(run: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(systemCtx("ledger-test"), run);

test("running totals count every entry once while money keeps moving, and a recount finds what was changed behind them", async () => {
  const id = newId("account");
  await as(async (tx) => {
    await openBalances(tx, id);
    await postOpening(tx, { accountId: id, amountPaise: paise(1_000n), at: tx.ctx.now });
  });
  const capture = () => as((tx) => postCapture(tx, { paymentId: newId("payment"), accountId: id, amountPaise: paise(100n), availableAtCapture: true, at: clockNow() }));
  // In steps of seven journals, as ten million entries go in steps of many.
  const count = () => countLedger(systemCtx("ledger-test"), 7);
  await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 6 === 0 ? count() : capture())));
  expect(await listWrongTotals()).toEqual([]);
  expect(await getTrialBalance()).toMatchObject({ balanced: true, driftingAccounts: [] });
  // What an open transaction of any database of the server could still add to is counted once that has ended.
  await expect
    .poll(
      async () => {
        await count();
        const [counted] = await database.readonly`select entries::int, credit_paise::text from ledger_totals where ledger_account_id = ${`la_payee_available_${id}`}`;
        return { ...counted };
      },
      { timeout: minuteMs, interval: 50 },
    )
    .toEqual({ entries: 51, credit_paise: "6000" });
  const wrong = `la_payee_available_${id}`;
  const tamper = (by: string) =>
    database.superuser.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql.unsafe(`update ledger_entries set amount_paise = amount_paise ${by} where id = (select min(id) from ledger_entries where account_id = '${id}')`);
    });
  await tamper("- 1");
  expect([await listWrongTotals(), await listWrongTotals(7), await listWrongTotals(1)]).toEqual([[wrong], [wrong], [wrong]]);
  await ledgerSweeps.find(({ name }) => name === "ledger.recount")?.run(systemCtx("ledger-test"));
  const said = await database.readonly`select severity, fields from security_events where event = 'ledger.differs'`;
  expect(said.map((row) => ({ ...row }))).toEqual([{ severity: "critical", fields: { accounts: 1, first: wrong } }]);
  await tamper("+ 1");
  expect(await listWrongTotals(1)).toEqual([]);
  expect(await listWrongTotals()).toEqual([]);
});
