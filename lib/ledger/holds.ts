import { sql } from "drizzle-orm";
import * as z from "zod/mini";
import type { Db } from "@/db/pool";
import { read, type Tx } from "@/lib/context";
import { AppError, conflict, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { paise, type Paise } from "@/lib/money";
import { canHold, disabledSentence, keepsReserve, type Arithmetic } from "./policy.ts";
import { applyReserve, reserveNow, type Reserve } from "./reserve.ts";

type Runner = Pick<Db, "execute">;

export type HoldRequest = { accountId: string; payoutId: string; amountPaise: Paise; reservePaise: Paise };

/**
 * Sets a payout's money aside at the end of `tx`, in one conditional statement, so that no concurrency can take
 * `balance − held` below the reserve. Makes `tx` fail with `reserve_short` and the arithmetic, or `payouts_disabled`.
 */
export function placeHold(tx: Tx, hold: HoldRequest): void {
  const { accountId, payoutId, amountPaise, reservePaise } = hold;
  tx.later({
    call: "place_hold",
    row: {
      id: newId("hold"),
      account_id: accountId,
      payout_id: payoutId,
      amount_paise: amountPaise.toString(),
      reserve_paise: reservePaise.toString(),
      created_at: tx.ctx.now,
    },
    refusals: { CS201: () => whyNoHold(hold) },
  });
}

async function whyNoHold({ accountId, amountPaise, reservePaise }: HoldRequest): Promise<AppError> {
  return explained(async () => {
    refuseUnless(canHold({ ...(await read((db) => arithmeticOf(db, accountId))), reservePaise, amountPaise }), "conflict", "reserve_short");
  });
}

type Check = { accountId: string; payoutId: string; stage: "approve" | "dispatch" };

/**
 * Checks again at dispatch that the account keeps its reserve at today's rate with this payout's hold already inside
 * `held`, and stores what was seen. Throws `rate_stale`, `payouts_disabled`, `hold_missing` or `reserve_short`.
 */
export async function recheckReserve(tx: Tx, check: Check): Promise<{ receiptId: string }> {
  const reserve = fresh(await reserveNow(tx.ctx.now, tx));
  const row = receiptOf(tx, check, reserve);
  const [kept] = await tx.ask({ call: "keep_receipt", given: row, read: Boolean });
  if (!kept) throw await whyNoReceipt(tx.db, check, reserve);
  return { receiptId: row.id };
}

/** As `recheckReserve`, with a reserve already known and the check at the end of `tx`, which fails if it does. */
export function keepReserve(tx: Tx, check: Check, known: Reserve): void {
  const reserve = fresh(known);
  tx.later({ call: "require_receipt", row: receiptOf(tx, check, reserve), refusals: { CS202: () => read((db) => whyNoReceipt(db, check, reserve)) } });
}

function fresh(reserve: Reserve): Reserve {
  if (!reserve.stale) return reserve;
  throw conflict("rate_stale", reserve.sentence, {
    reasons: [{ code: "rate_stale", sentence: reserve.sentence, wayOut: "Enter a newer reference rate and have a second person confirm it." }],
  });
}

function receiptOf(tx: Tx, { accountId, payoutId, stage }: Check, reserve: Reserve) {
  return {
    id: newId("receipt"),
    payout_id: payoutId,
    account_id: accountId,
    stage,
    reserve_paise: reserve.reservePaise.toString(),
    rate_id: reserve.rateId,
    at: tx.ctx.now,
  };
}

async function whyNoReceipt(db: Runner, { accountId, payoutId }: Check, { reservePaise }: Reserve): Promise<AppError> {
  return explained(async () => {
    const facts = await arithmeticOf(db, accountId);
    const [hold] = await db.execute(sql`select 1 from holds where payout_id = ${payoutId} and account_id = ${accountId} and status = 'open'`);
    if (hold === undefined) throw conflict("hold_missing", "No money is set aside for this payout any more.");
    refuseUnless(keepsReserve({ ...facts, reservePaise }), "conflict", "reserve_short");
  });
}

/** What `look` throws; when it finds nothing wrong, the figures changed since the condition failed. */
async function explained(look: () => Promise<void>): Promise<AppError> {
  try {
    await look();
    return changed();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const releasedShape = z.nullable(z.object({ accountId: z.string(), enabled: z.boolean() }));

/** Gives back exactly the hold of a payout that will not move money. False when it holds nothing (any more). */
export async function releaseHold(tx: Tx, { payoutId }: { payoutId: string }): Promise<boolean> {
  const [released] = await tx.ask({ call: "release_hold", given: { payout: payoutId, at: tx.ctx.now }, read: (answer) => z.parse(releasedShape, answer) });
  if (released === null) return false;
  if (!released.enabled) await applyReserve(tx, released.accountId);
  return true;
}

async function arithmeticOf(db: Runner, accountId: string): Promise<Omit<Arithmetic, "reservePaise">> {
  const [row] = await db.execute<{ balance: string; held: string; enabled: boolean; reason: "below_reserve" | null }>(sql`
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
