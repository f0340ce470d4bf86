import { sql } from "drizzle-orm";
import type { Tx } from "@/lib/context";
import { AppError, conflict, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { paise, type Paise } from "@/lib/money";
import { canHold, disabledSentence, keepsReserve, type Arithmetic } from "./policy.ts";
import { applyReserve, reserveNow } from "./reserve.ts";

export type HoldRequest = { accountId: string; payoutId: string; amountPaise: Paise; reservePaise: Paise };

/**
 * Sets a payout's money aside: the only place that does, in one conditional statement, so that no concurrency can take
 * `balance − held` below the reserve. Throws `reserve_short` with the arithmetic, or `payouts_disabled`.
 */
export async function placeHold(tx: Tx, hold: HoldRequest): Promise<void> {
  const amount = sql`${hold.amountPaise.toString()}::bigint`;
  const placed = await tx.db.execute(sql`
    with moved as (
      update account_balances set held_paise = held_paise + ${amount}, version = version + 1
      where account_id = ${hold.accountId} and payouts_enabled and balance_paise - held_paise - ${amount} >= ${hold.reservePaise.toString()}::bigint
      returning account_id
    )
    insert into holds (id, account_id, payout_id, amount_paise, created_at)
    select ${newId("hold")}, account_id, ${hold.payoutId}, ${amount}, ${tx.ctx.now.toISOString()}::timestamptz from moved returning id`);
  if (placed.length > 0) return;
  const facts = { ...(await arithmeticOf(tx, hold.accountId)), reservePaise: hold.reservePaise };
  refuseUnless(canHold({ ...facts, amountPaise: hold.amountPaise }), "conflict", "reserve_short");
  throw changed();
}

/**
 * Checks again, on the last approval and at dispatch, that the account keeps its reserve at today's rate with this
 * payout's hold already inside `held`, and stores what was seen. Throws `rate_stale`, `payouts_disabled`, `hold_missing` or `reserve_short`.
 */
export async function recheckReserve(tx: Tx, check: { accountId: string; payoutId: string; stage: "approve" | "dispatch" }): Promise<{ receiptId: string }> {
  const reserve = await reserveNow(tx.ctx.now, tx);
  if (reserve.stale)
    throw conflict("rate_stale", reserve.sentence, {
      reasons: [{ code: "rate_stale", sentence: reserve.sentence, wayOut: "Enter a newer reference rate and have a second person confirm it." }],
    });
  const receiptId = newId("receipt");
  const kept = await tx.db.execute(sql`
    insert into reserve_receipts (id, payout_id, account_id, stage, balance_paise, held_paise, reserve_paise, rate_id, balance_version, at)
    select ${receiptId}, h.payout_id, b.account_id, ${check.stage}, b.balance_paise, b.held_paise, ${reserve.reservePaise.toString()}::bigint, ${reserve.rateId}, b.version, ${tx.ctx.now.toISOString()}::timestamptz
    from account_balances b join holds h on h.account_id = b.account_id and h.payout_id = ${check.payoutId} and h.status = 'open'
    where b.account_id = ${check.accountId} and b.payouts_enabled and b.balance_paise - b.held_paise >= ${reserve.reservePaise.toString()}::bigint
    returning id`);
  if (kept.length > 0) return { receiptId };
  const facts = await arithmeticOf(tx, check.accountId);
  const [hold] = await tx.db.execute(sql`select 1 from holds where payout_id = ${check.payoutId} and account_id = ${check.accountId} and status = 'open'`);
  if (hold === undefined) throw conflict("hold_missing", "No money is set aside for this payout any more.");
  refuseUnless(keepsReserve({ ...facts, reservePaise: reserve.reservePaise }), "conflict", "reserve_short");
  throw changed();
}

/** Gives back exactly the hold of a payout that will not move money. False when it holds nothing (any more). */
export async function releaseHold(tx: Tx, { payoutId }: { payoutId: string }): Promise<boolean> {
  const [row] = await tx.db.execute<{ account_id: string; payouts_enabled: boolean }>(sql`
    with released as (
      update holds set status = 'released', closed_at = ${tx.ctx.now.toISOString()}::timestamptz
      where payout_id = ${payoutId} and status = 'open' returning account_id, amount_paise
    )
    update account_balances b set held_paise = b.held_paise - released.amount_paise, version = b.version + 1
    from released where b.account_id = released.account_id returning b.account_id, b.payouts_enabled`);
  if (row === undefined) return false;
  if (!row.payouts_enabled) await applyReserve(tx, row.account_id);
  return true;
}

async function arithmeticOf(tx: Tx, accountId: string): Promise<Omit<Arithmetic, "reservePaise">> {
  const [row] = await tx.db.execute<{ balance: string; held: string; enabled: boolean; reason: "below_reserve" | null }>(sql`
    select balance_paise::text as balance, held_paise::text as held, payouts_enabled as enabled, payouts_disabled_reason as reason from account_balances where account_id = ${accountId}`);
  if (row === undefined) throw new AppError("not_found", "no_account", "There is no such account.");
  if (!row.enabled) {
    const sentence = disabledSentence(row.reason) ?? "Payouts of this account are off.";
    throw conflict("payouts_disabled", sentence, { reasons: [{ code: "payouts_disabled", sentence }] });
  }
  return { balancePaise: paise(BigInt(row.balance)), heldPaise: paise(BigInt(row.held)) };
}

/** The condition failed, yet holds when looked at again: someone released money in between. */
function changed(): AppError {
  return conflict("balance_changed", "The account's balance changed at the same moment. Look again and repeat.", { retryAfterSeconds: 1 });
}
