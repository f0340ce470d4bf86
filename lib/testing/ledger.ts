// Accounts and holds for tests of the books.
import { systemCtx, withTransaction, type Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { addRate, openBalances, placeHold, postOpening, reserveNow } from "@/lib/ledger";
import { paise, type Paise } from "@/lib/money";
import { clockNow } from "@/lib/time";

/** As the machinery, in one transaction. */
export const as = <T>(run: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(systemCtx("ledger-test"), run);
/** A reference rate of now that two people stand for. */
export const rate = (tx: Tx, rateMicros: bigint) => ({ rateMicros, effectiveAt: tx.ctx.now, source: "test", enteredBy: "usr_a", confirmedBy: "usr_b" });

/** Enters the first rate; answers what every account must keep by it. */
export async function firstRate(): Promise<Paise> {
  await as((tx) => addRate(tx, rate(tx, 83_123_400n)));
  return (await reserveNow(clockNow())).reservePaise;
}

/** An account that opens with so many paise. */
export async function account(opening: bigint): Promise<string> {
  const accountId = newId("account");
  await as(async (tx) => {
    await openBalances(tx, accountId);
    if (opening > 0n) await postOpening(tx, { accountId, amountPaise: paise(opening), at: tx.ctx.now });
  });
  return accountId;
}

/** Sets so many paise aside for a payout of its own; answers the payout. */
export async function hold(accountId: string, amount: bigint): Promise<string> {
  const payoutId = newId("payout");
  await as(async (tx) => placeHold(tx, { accountId, payoutId, amountPaise: paise(amount), reservePaise: (await reserveNow(tx.ctx.now, tx)).reservePaise }));
  return payoutId;
}
