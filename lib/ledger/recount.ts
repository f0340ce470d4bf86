// Every entry summed anew, in pieces: no statement's time limit is met however long the books are.
import { sql } from "drizzle-orm";
import { read } from "@/lib/context";

const journalsAtOnce = 50_000;

type Sum = { entries: bigint; net: bigint };

/** The totals as they stand, and below which transaction every entry is in them. One statement, so the two belong together. */
async function totalsNow(): Promise<{ below: string; totals: Map<string, Sum> }> {
  const rows = await read((db) =>
    db.execute<{ below: string; id: string | null; entries: string; net: string }>(sql`
    select c.below_xid::text as below, t.ledger_account_id as id, t.entries::text as entries, (t.debit_paise - t.credit_paise)::text as net
    from ledger_counted c left join ledger_totals t on true`),
  );
  const totals = rows.flatMap(({ id, entries, net }): [string, Sum][] => (id === null ? [] : [[id, { entries: BigInt(entries), net: BigInt(net) }]]));
  return { below: rows[0]?.below ?? "0", totals: new Map(totals) };
}

/** Where the piece that begins at transaction `from` ends; a transaction is never split. */
async function endOfPiece(from: string, below: string, atOnce: number): Promise<string> {
  const [row] = await read((db) =>
    db.execute<{ next: string }>(sql`
    select coalesce(
      (select min(xid) from journals where xid < ${below}::xid8 and xid > ${from}::xid8
        and xid >= (select xid from journals where xid >= ${from}::xid8 and xid < ${below}::xid8 order by xid offset ${atOnce} limit 1)),
      ${below}::xid8)::text as next`),
  );
  return row?.next ?? below;
}

// By each journal's own entries: a join that reads all of them would do so once per piece.
const sumsOf = (from: string, until: string) =>
  read((db) =>
    db.execute<{ id: string; entries: string; net: string }>(sql`
    select e.ledger_account_id as id, count(*)::text as entries, sum(e.amount_paise)::text as net
    from journals j cross join lateral (select ledger_account_id, amount_paise from ledger_entries where journal_id = j.id offset 0) e
    where j.xid >= ${from}::xid8 and j.xid < ${until}::xid8 group by e.ledger_account_id`),
  );

/** Accounts whose totals are not the sums of all their entries: somebody changed entries or totals with a superuser's hand. */
export async function listWrongTotals(atOnce = journalsAtOnce): Promise<string[]> {
  const { below, totals } = await totalsNow();
  const sums = new Map<string, Sum>();
  for (let from = "0"; BigInt(from) < BigInt(below);) {
    const until = await endOfPiece(from, below, atOnce);
    for (const { id, entries, net } of await sumsOf(from, until)) {
      const sum = sums.get(id) ?? { entries: 0n, net: 0n };
      sums.set(id, { entries: sum.entries + BigInt(entries), net: sum.net + BigInt(net) });
    }
    from = until;
  }
  const differs = (id: string) => (sums.get(id)?.entries ?? 0n) !== (totals.get(id)?.entries ?? 0n) || (sums.get(id)?.net ?? 0n) !== (totals.get(id)?.net ?? 0n);
  return [...new Set([...sums.keys(), ...totals.keys()])].filter(differs).sort();
}
