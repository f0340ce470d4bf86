import { beforeAll, describe, expect, test } from "vitest";
import { systemCtx } from "@/lib/context";
import { looksAt, wide } from "@/lib/testing/looks";
import { codeAt } from "@/lib/testing/people";
import { ask, askAndSign, ctxOf, passTime, usePayoutDesk } from "@/lib/testing/payouts";
import { clockNow } from "@/lib/time";
import { applyTransferTruth, approvePayout, dispatchPayout, getPayout, startApproval } from "./index.ts";

const desk = usePayoutDesk();

/** Many more people with the role and many more accounts in the books, as a large house has them. */
async function crowd(): Promise<void> {
  await desk.database.superuser.begin(async (db) => {
    await db`set local session_replication_role = replica`;
    await db`insert into users select (jsonb_populate_record(u, jsonb_build_object('id', 'usr_crowd' || n, 'email_index', '\\x' || md5(n::text)))).* from users u, generate_series(1, 40) n where u.id = ${desk.second.userId}`;
    await db`insert into role_grants select (jsonb_populate_record(g, jsonb_build_object('id', 'grt_crowd' || n, 'user_id', 'usr_crowd' || n))).* from role_grants g, generate_series(1, 40) n where g.user_id = ${desk.second.userId}`;
    await db`insert into ledger_accounts select (jsonb_populate_record(a, jsonb_build_object('id', a.id || n, 'account_id', 'acc_crowd' || n))).* from ledger_accounts a, generate_series(1, 40) n where a.account_id = ${desk.accountId}`;
  });
}

/** From the request to the bank's confirmation. */
async function wholeWay(amountPaise: bigint): Promise<void> {
  const id = await askAndSign(desk, amountPaise);
  await dispatchPayout(systemCtx("test"), id);
  await settle(id);
}

async function settle(id: string): Promise<void> {
  await desk.emulator.control(`transfers/${id}/advance`, { to: "COMPLETED" });
  await applyTransferTruth(systemCtx("test"), id);
}

describe("what an act looks at, with plans made while the house was empty, is a few rows of each table, however full it is by now", () => {
  beforeAll(async () => {
    await wholeWay(100_000n);
    await crowd();
    for (let index = 1; index <= 14; index += 1) await wholeWay(100_000n + BigInt(index));
  });

  test("for a request, beside the account's payouts of the day, which the velocity rule counts", async () => {
    const { payouts: counted = 0, ...others } = wide(await looksAt(desk.database, () => ask(desk, 200_000n)));
    expect(others).toEqual({});
    expect(counted).toBeLessThan(3 * 15 + 14);
  });

  test("for a signature", async () => {
    const { id } = await ask(desk, 200_001n);
    passTime(31_000);
    const { statement } = await getPayout(ctxOf(desk.second), id);
    const { challengeId } = await startApproval(ctxOf(desk.second), id, { digest: statement.digest });
    const code = await codeAt(desk.second.totpSecret, clockNow());
    expect(wide(await looksAt(desk.database, () => approvePayout(ctxOf(desk.second), id, { challengeId, code })))).toEqual({});
  });

  test("for sending it and for its confirmation", async () => {
    const id = await askAndSign(desk, 200_002n);
    expect(wide(await looksAt(desk.database, () => dispatchPayout(systemCtx("test"), id)))).toEqual({});
    expect(wide(await looksAt(desk.database, () => settle(id)))).toEqual({});
  });
});
