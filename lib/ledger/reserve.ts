import { and, gte, lte, sql } from "drizzle-orm";
import * as z from "zod/mini";
import { askAll, type Ask } from "@/db/calls";
import { bankHolidays, fxRates } from "@/db/schema/ledger";
import { recordAudit } from "@/lib/audit";
import { read, type Tx } from "@/lib/context";
import type { Db } from "@/db/pool";
import { conflict } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { formatPaise, type Paise } from "@/lib/money";
import { log } from "@/lib/monitoring";
import { parseSetting } from "@/lib/policies/policy";
import { dayMs, istDay, plusMs, requireInstant, toIst } from "@/lib/time";
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

const basisShape = z.object({
  usdCents: z.unknown(),
  rate: z.nullable(z.object({ id: z.string(), rateMicros: z.string(), source: z.string(), effectiveAt: z.string() })),
});
type Basis = z.infer<typeof basisShape>;

/** What the reserve at `now` is reckoned from; `reserveFrom` reckons. */
export function askReserve(now: Date): Ask<Basis> {
  return { call: "reserve_basis", given: { now_at: now }, read: (answer) => z.parse(basisShape, answer) };
}

/** The reserve at `now` from the latest confirmed rate, or null while there is none. Inside `tx` when given. */
export async function findReserve(now: Date, tx: Tx | null = null): Promise<Reserve | null> {
  const ask = askReserve(now);
  const [basis] = tx === null ? await read((db) => askAll(db, [ask])) : await tx.ask(ask);
  return reckon(basis, now, tx);
}

/** As `reserveNow`, from a basis already asked in `tx`. */
export async function reserveFrom(tx: Tx, basis: Basis): Promise<Reserve> {
  return orMissing(await reckon(basis, tx.ctx.now, tx));
}

async function reckon(basis: Basis, now: Date, tx: Tx | null): Promise<Reserve | null> {
  if (basis.rate === null) return null;
  const { id: rateId, source } = basis.rate;
  const rateMicros = BigInt(basis.rate.rateMicros);
  const effectiveAt = requireInstant(basis.rate.effectiveAt);
  const reserveUsdCents = parseSetting("reserveUsdCents", basis.usdCents ?? undefined);
  // Holidays matter only once the fixed grace has passed, so the everyday path does not read them.
  const stale = effectiveAt < plusMs(now, -rateGraceMs) && effectiveAt < oldestFreshRate(now, await holidaysBefore(now, tx));
  const reservePaise = reserveOf(reserveUsdCents, rateMicros);
  const from = `${toIst(effectiveAt).slice(0, 16).replace("T", " ")} IST`;
  const sentence = stale
    ? `The reference rate is from ${from}, older than the last two business days. Approvals stop until a newer rate is entered and confirmed.`
    : `The reserve is ${formatPaise(reservePaise)}: ${usdText(reserveUsdCents)} at ₹${rateText(rateMicros).replace(/0{1,4}$/, "")} to the dollar, the rate of ${from} (${source}).`;
  return { reservePaise, reserveUsdCents, rateId, rateMicros, rate: rateText(rateMicros), source, effectiveAt, stale, sentence };
}

/** The reserve at `now`; throws `rate_missing` while no rate was ever confirmed. */
export async function reserveNow(now: Date, tx: Tx | null = null): Promise<Reserve> {
  return orMissing(await findReserve(now, tx));
}

function orMissing(reserve: Reserve | null): Reserve {
  if (reserve === null) throw conflict("rate_missing", "There is no USD reference rate, so the reserve cannot be known and payouts cannot be requested or approved.");
  return reserve;
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
