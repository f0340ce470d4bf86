import { sql } from "drizzle-orm";
import { read } from "@/lib/context";
import { startOfIstDay, istDay } from "@/lib/time";

/** Sums of today's movements, in paise as text, and how many of today's succeeded ones have their ledger entry. */
export type DayFigures = {
  receivedPaise: string;
  paidOutPaise: string;
  movingPaise: string;
  unknownPaise: string;
  succeeded: number;
  explained: number;
  failedPayments: number;
  oldestFailedAt: string | null;
};

/** Figures of the Indian day that `now` is in. Every sum is of rows one filter away. */
export async function dayFigures(now: Date): Promise<DayFigures> {
  const since = startOfIstDay(istDay(now)).toISOString();
  const [row] = await read((db) =>
    db.execute<Record<string, string | null>>(sql`
      with today as (select id, kind, source_id, status, magnitude_paise, occurred_at from transactions where occurred_at >= ${since}::timestamptz),
      done as (
        select t.id, exists (select 1 from transaction_evidence e where e.kind = t.kind and e.source_id = t.source_id and e.channel = 'ledger') as explained
        from today t where t.status = 'succeeded'
      )
      select
        (select coalesce(sum(magnitude_paise), 0)::text from today where kind = 'payment' and status = 'succeeded') as received,
        (select coalesce(sum(magnitude_paise), 0)::text from today where kind = 'payout' and status = 'succeeded') as paid_out,
        (select coalesce(sum(magnitude_paise), 0)::text from transactions where status = 'moving') as moving,
        (select coalesce(sum(magnitude_paise), 0)::text from transactions where status = 'unknown') as unknown,
        (select count(*)::text from done) as succeeded,
        (select count(*)::text from done where explained) as explained,
        (select count(*)::text from today where kind = 'payment' and status = 'failed') as failed_payments,
        (select to_char(min(occurred_at) at time zone 'Asia/Kolkata', 'YYYY-MM-DD"T"HH24:MI:SS"+05:30"') from today where kind = 'payment' and status = 'failed') as oldest_failed`),
  );
  return {
    receivedPaise: row?.["received"] ?? "0",
    paidOutPaise: row?.["paid_out"] ?? "0",
    movingPaise: row?.["moving"] ?? "0",
    unknownPaise: row?.["unknown"] ?? "0",
    succeeded: Number(row?.["succeeded"] ?? "0"),
    explained: Number(row?.["explained"] ?? "0"),
    failedPayments: Number(row?.["failed_payments"] ?? "0"),
    oldestFailedAt: row?.["oldest_failed"] ?? null,
  };
}
