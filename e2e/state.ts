// What the desk under test remembers, so that a refused request can be shown to have changed nothing.
import { expect } from "@playwright/test";
import postgres from "postgres";
import { loadDemo } from "./support.ts";

const tables = [
  "accounts beneficiaries users role_grants changes access_reviews access_review_items payouts payout_approvals payout_attempts approval_challenges holds journals ledger_entries",
  "account_balances payment_links orders payments transactions risk_verdicts reserve_receipts emergency_stops emergency_restarts settings vault_tokens idempotency_keys webhook_events ip_rules ip_bans",
].flatMap((line) => line.split(" "));

/** How many rows every business table has, and what the mutable ones say. */
export async function businessState(): Promise<Record<string, string>> {
  const sql = postgres(loadDemo().databaseUrl, { max: 1 });
  try {
    const state: Record<string, string> = {};
    for (const table of tables) state[table] = (await sql<{ n: string }[]>`select count(*)::text as n from ${sql(table)}`)[0]?.n ?? "";
    for (const table of ["payouts", "payment_links", "beneficiaries"]) {
      const rows = sql<{ said: string }[]>`select md5(coalesce(string_agg(id || status, ',' order by id), '')) as said from ${sql(table)}`;
      state[`${table}: what they say`] = (await rows)[0]?.said ?? "";
    }
    const balances = sql<{ said: string }[]>`select md5(string_agg(concat_ws(':', account_id, balance_paise, held_paise), ',' order by account_id)) as said from account_balances`;
    state["balances"] = (await balances)[0]?.said ?? "";
    return state;
  } finally {
    await sql.end();
  }
}

/** Runs `act` and holds the business state to what it was before. */
export async function leavesNothing(act: () => Promise<void>): Promise<void> {
  const before = await businessState();
  await act();
  expect(await businessState()).toEqual(before);
}
