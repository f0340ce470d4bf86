import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { read } from "@/lib/context";
import { paise } from "@/lib/money";
import { ctxOf, usePayoutDesk } from "@/lib/testing/payouts";
import { clockNow } from "@/lib/time";
import { createPayout, getPayout, listPayouts } from "./index.ts";
import { listStatement } from "./queries.ts";

const desk = usePayoutDesk();

test("one box finds a payout by its id, the end of its destination or its amount, all compared whole, and nothing else finds it", async () => {
  const { id } = await createPayout(ctxOf(desk.maker, null, "body"), {
    accountId: desk.accountId,
    beneficiaryId: desk.beneficiaryId,
    amountPaise: paise(138_713n),
    purpose: "Looms for October",
  });
  const row = (await getPayout(ctxOf(desk.admin), id)).payout;
  const find = async (q: string) => (await listPayouts(ctxOf(desk.admin), { q, account: desk.accountId, limit: 200 })).items.map((item) => item.id);
  for (const q of [id, "1,387.13", "₹1387.13"]) expect(await find(q), q).toEqual([id]);
  for (const q of [row.payee.last4, `••${row.payee.last4}`]) expect(await find(q), q).toContain(id);
  for (const q of ["po_00000000000000000000000000", "%", "_", "\\", "' or 1=1 --", "1,387.14", "Looms", "••"]) expect(await find(q), q).toEqual([]);
});

describe("with many payouts", () => {
  const many = 40_000;

  test("every meaning of the box reads an index, never a whole table, whatever else narrows the list", async () => {
    await fill();
    const queries = [
      { q: "UTR777" },
      { q: "1100 2200 3300" },
      { q: "cf777" },
      { q: "0777" },
      { q: "1000" },
      { q: "₹1,000" },
      { q: "nothing like it" },
      { q: "1000", status: "held" as const },
      { q: "1000", queue: "mine" as const },
      { q: "0777", account: desk.accountId },
    ];
    for (const query of queries) {
      const plan = await planOf(query);
      expect(plan, JSON.stringify(query)).toMatch(/Index|Bitmap/);
      expect(plan, JSON.stringify(query)).not.toMatch(/Seq Scan on (transactions|payouts)/);
    }
  });

  test("what is found pages in the order of the list, without a gap or a repeat, however many share an instant or an amount", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listPayouts(ctxOf(desk.admin), { q: "1000", status: "succeeded", limit: 150, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    const wanted = await desk.database.superuser`
      select p.id from payouts p join transactions t on t.source_id = p.id
      where p.status = 'succeeded' and (p.amount_paise = 100000 or t.last4 = '1000') order by p.created_at desc, p.id desc`;
    expect(wanted.length).toBeGreaterThan(500);
    expect(seen).toEqual(wanted.map((row) => row["id"]));
    const [first] = (await listPayouts(ctxOf(desk.admin), { q: "utr 777", limit: 10 })).items;
    expect(first?.id).toBe(`po_${"777".padStart(26, "0")}`);
  });

  async function planOf(query: { q: string; status?: "held"; queue?: "mine"; account?: string }): Promise<string> {
    const rows = await read(async (db) => [
      ...(await db.execute<{ "QUERY PLAN": string }>(sql`explain ${listStatement(db, { ctx: ctxOf(desk.admin), query: { ...query, limit: 50 }, now: clockNow() })}`)),
    ]);
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }

  /** Settled payouts of the past, every fiftieth of the same amount, three to an instant. */
  async function fill(): Promise<void> {
    await desk.database.superuser.begin(async (db) => {
      await db.unsafe("set local session_replication_role = replica");
      await db.unsafe(`
        insert into payouts (id, account_id, beneficiary_id, beneficiary_version, beneficiary_created_by, payee, amount_paise, rail, purpose, status, policy_version,
          approvals_needed, verdict_id, digest, maker_id, last_editor_id, cf_transfer_id, utr, created_at, expires_at, updated_at)
        select 'po_' || lpad(n::text, 26, '0'), '${desk.accountId}', '${desk.beneficiaryId}', 1, 'system:test', 'A••• R•••', case when n % 50 = 0 then 100000 else 100000 + n end, 'imps', 'Many',
          case when n % 1999 = 0 then 'held' else 'succeeded' end, 1, 1, 'rv_0', '\\x00', 'usr_test', 'usr_test', 'cf' || n, 'UTR' || n,
          timestamptz '2026-01-01' + (n / 3) * interval '1 minute', timestamptz '2026-01-08', timestamptz '2026-01-01' from generate_series(1, ${many}) n`);
      await db.unsafe(`
        insert into transactions (id, kind, source_id, account_id, status, amount_paise, magnitude_paise, gateway_id, bank_reference, last4, occurred_at, updated_at)
        select 'tx' || substr(id, 3), 'payout', id, account_id, 'succeeded', -amount_paise, amount_paise, cf_transfer_id, utr, lpad((substr(id, 4)::int % 10000)::text, 4, '0'), created_at, updated_at
        from payouts where purpose = 'Many'`);
    });
    await desk.database.superuser`analyze payouts`;
    await desk.database.superuser`analyze transactions`;
  }
});
