import { sql } from "drizzle-orm";
import type { Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { paise, type Paise } from "@/lib/money";
import { getSettings } from "@/lib/settings";
import { dayMs, hourMs, parseInstant, plusMs } from "@/lib/time";
import type { RiskFacts } from "./rules/rule.ts";

export type Screened = { payoutId: string; accountId: string; beneficiaryId: string; amountPaise: Paise };

/** The newest succeeded payouts that make up an account's usual; bounds the work of one screening. */
const sampleMax = 500;

/** Everything the rules look at: one indexed statement and one read of the settings. Throws when the beneficiary is not the account's. */
export async function loadFacts(tx: Tx, screened: Screened): Promise<RiskFacts> {
  const now = tx.ctx.now;
  const since = (ms: number) => sql`${plusMs(now, -ms).toISOString()}::timestamptz`;
  // One screening per account at a time: requests sent all at once would not see each other and pass the daily limit together.
  const [[velocityMax, unusualTenths]] = await Promise.all([
    getSettings(tx, ["velocityPayoutsMax", "unusualTenths"]),
    tx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`risk:${screened.accountId}`}, 0))`),
  ]);
  const [row] = await tx.db.execute<{ recent: number; paid_before: boolean; cool_off_until: string; sample: number; usual: string | null }>(sql`
    select
      (select count(*)::int from (select from payouts where account_id = ${screened.accountId} and created_at > ${since(24 * hourMs)} and id <> ${screened.payoutId} limit ${velocityMax}) day) as recent,
      exists (select from payouts where beneficiary_id = b.id and status = 'succeeded') as paid_before,
      to_char(b.cool_off_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as cool_off_until, usual.sample, usual.p95 as usual
    from beneficiaries b, lateral (
      select count(*)::int as sample, (percentile_disc(0.95) within group (order by amount_paise))::text as p95
      from (select amount_paise from payouts where account_id = ${screened.accountId} and status = 'succeeded' and created_at > ${since(30 * dayMs)} order by created_at desc limit ${sampleMax}) month
    ) usual
    where b.id = ${screened.beneficiaryId} and b.account_id = ${screened.accountId}`);
  if (row === undefined) throw new AppError("not_found", "no_beneficiary", "There is no such beneficiary in this account.");
  return {
    now,
    amountPaise: screened.amountPaise,
    recentPayouts: row.recent,
    velocityMax,
    coolOffUntil: instantOf(row.cool_off_until),
    paidBefore: row.paid_before,
    sample: row.sample,
    usualPaise: row.usual === null ? null : paise(BigInt(row.usual)),
    unusualTenths,
  };
}

function instantOf(text: string): Date {
  const at = parseInstant(text);
  if (at === null) throw new AppError("internal", "bad_instant", "The database answered a time that is none.");
  return at;
}
