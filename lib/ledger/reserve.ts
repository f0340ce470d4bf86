import { and, desc, eq, gte, isNotNull, lte, sql } from "drizzle-orm";
import { compiled, slot } from "@/db/compiled";
import { bankHolidays, fxRates } from "@/db/schema/ledger";
import { recordAudit } from "@/lib/audit";
import { read, type Tx } from "@/lib/context";
import type { Db } from "@/db/pool";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { formatPaise, type Paise } from "@/lib/money";
import { log } from "@/lib/monitoring";
import { getSetting } from "@/lib/settings";
import { dayMs, istDay, plusMs, toIst } from "@/lib/time";
import type { ReserveDto } from "./contract.ts";
import { oldestFreshRate, rateGraceMs, rateText, reserveOf, usdText } from "./policy.ts";

export type Reserve = {
  reservePaise: Paise;
  reserveUsdCents: number;
  rateId: string;
  rateMicros: bigint;
  /** Rupees per US dollar with six decimals. */
  rate: string;
  source: string;
  effectiveAt: Date;
  /** True when the rate is too old to approve with. */
  stale: boolean;
  sentence: string;
};

type Reader = Pick<Db, "select">;

/** The reserve at `now` from the latest confirmed rate, or null while there is none. Inside `tx` when given. */
export async function findReserve(now: Date, tx: Tx | null = null): Promise<Reserve | null> {
  const [rate, reserveUsdCents] = await Promise.all([tx === null ? read((db) => latestRate(db, now)) : latestRate(tx.db, now), getSetting(tx, "reserveUsdCents")]);
  if (rate === undefined) return null;
  // Holidays matter only once the fixed grace has passed, so the everyday path does not read them.
  const stale = rate.effectiveAt < plusMs(now, -rateGraceMs) && rate.effectiveAt < oldestFreshRate(now, await holidaysBefore(now, tx));
  const reservePaise = reserveOf(reserveUsdCents, rate.rateMicros);
  const basis = `${usdText(reserveUsdCents)} at ₹${rateText(rate.rateMicros)} of ${toIst(rate.effectiveAt).slice(0, 16).replace("T", " ")} IST (${rate.source})`;
  const sentence = stale
    ? `The reference rate is from ${toIst(rate.effectiveAt).slice(0, 16).replace("T", " ")} IST, older than the last two business days. Approvals stop until a newer rate is entered and confirmed.`
    : `The reserve is ${formatPaise(reservePaise)}: ${basis}.`;
  return {
    reservePaise,
    reserveUsdCents,
    rateId: rate.id,
    rateMicros: rate.rateMicros,
    rate: rateText(rate.rateMicros),
    source: rate.source,
    effectiveAt: rate.effectiveAt,
    stale,
    sentence,
  };
}

/** The reserve at `now`; throws `rate_missing` while no rate was ever confirmed. */
export async function reserveNow(now: Date, tx: Tx | null = null): Promise<Reserve> {
  const reserve = await findReserve(now, tx);
  if (reserve === null) throw conflict("rate_missing", "There is no USD reference rate, so the reserve cannot be known and payouts cannot be requested or approved.");
  return reserve;
}

const rateAt = compiled((db) =>
  db
    .select({ id: fxRates.id, rateMicros: fxRates.rateMicros, source: fxRates.source, effectiveAt: fxRates.effectiveAt })
    .from(fxRates)
    .where(and(eq(fxRates.pair, "USDINR"), isNotNull(fxRates.confirmedBy), lte(fxRates.effectiveAt, slot("now"))))
    .orderBy(desc(fxRates.effectiveAt), desc(fxRates.id))
    .limit(1),
);

async function latestRate(db: Db | Tx["db"], now: Date) {
  const [row] = await rateAt(db, { now: now.toISOString() });
  return row;
}

async function holidaysBefore(now: Date, tx: Tx | null): Promise<ReadonlySet<string>> {
  const query = (db: Reader) =>
    db
      .select({ day: bankHolidays.day })
      .from(bankHolidays)
      .where(and(gte(bankHolidays.day, istDay(plusMs(now, -40 * dayMs))), lte(bankHolidays.day, istDay(now))));
  return new Set((tx === null ? await read(query) : await query(tx.db)).map((row) => row.day));
}

export type NewRate = { rateMicros: bigint; effectiveAt: Date; source: string; enteredBy: string; confirmedBy: string };

/** Records a rate two different people vouch for, and in the same transaction stops the accounts it takes below their reserve. */
export async function addRate(tx: Tx, rate: NewRate): Promise<{ rateId: string }> {
  if (rate.enteredBy === rate.confirmedBy) throw conflict("rate_two_people", "A reference rate is confirmed by someone other than the person who entered it.");
  if (rate.effectiveAt > tx.ctx.now) throw conflict("rate_future", "A reference rate cannot be from the future.");
  const rateId = newId("rate");
  await tx.db.insert(fxRates).values({ id: rateId, pair: "USDINR", ...rate });
  await recordAudit(tx, {
    verb: "rate.add",
    objectKind: "fx_rate",
    objectId: rateId,
    after: { rate: rateText(rate.rateMicros), effectiveAt: toIst(rate.effectiveAt), source: rate.source, enteredBy: rate.enteredBy, confirmedBy: rate.confirmedBy },
  });
  await applyReserve(tx, null);
  return { rateId };
}

/**
 * Stops payouts where `balance − held` is below the reserve and resumes them where it is not any more: for one account
 * after a posting, or (null) for all accounts with open holds after the rate moved.
 */
export async function applyReserve(tx: Tx, accountId: string | null): Promise<void> {
  const reserve = await findReserve(tx.ctx.now, tx);
  if (reserve === null) return;
  const whose = accountId === null ? sql`(held_paise > 0 or not payouts_enabled)` : sql`account_id = ${accountId}`;
  const moved = await tx.db.execute<{ account_id: string; payouts_enabled: boolean }>(sql`
    update account_balances
    set payouts_enabled = not payouts_enabled, payouts_disabled_reason = case when payouts_enabled then 'below_reserve' end, version = version + 1
    where ${whose} and payouts_enabled = (balance_paise - held_paise < ${reserve.reservePaise.toString()}::bigint)
    returning account_id, payouts_enabled`);
  for (const row of moved) {
    await recordAudit(tx, {
      verb: row.payouts_enabled ? "account.payouts_resume" : "account.payouts_stop",
      objectKind: "account",
      objectId: row.account_id,
      reason: reserve.sentence,
    });
    log.warn({ accountId: row.account_id, payoutsEnabled: row.payouts_enabled }, "an account crossed its reserve");
  }
}

export function toReserveDto(reserve: Reserve): ReserveDto {
  return {
    reservePaise: reserve.reservePaise.toString(),
    reserveUsdCents: reserve.reserveUsdCents,
    rateId: reserve.rateId,
    rate: reserve.rate,
    source: reserve.source,
    effectiveAt: toIst(reserve.effectiveAt),
    stale: reserve.stale,
    sentence: reserve.sentence,
  };
}
