// Payout rights after an event that an attacker might have caused: whoever came in that way decides no payout for a while.
import { and, desc, eq, gt, lte } from "drizzle-orm";
import type { Db } from "@/db/pool";
import { payoutFreezes } from "@/db/schema/credentials";
import { recordAudit } from "@/lib/audit";
import { read, type Tx } from "@/lib/context";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import { getSetting } from "@/lib/policies";
import { hourMs, plusMs, toIst } from "@/lib/time";
import type { FreezeReason } from "./contract.ts";
import type { PayoutFreeze } from "./policy.ts";

/** Takes a person's right to decide payouts away for 24 h (a setting). There is no way to shorten it. */
export async function freezePayoutRights(tx: Tx, userId: string, given: { reason: FreezeReason }): Promise<PayoutFreeze> {
  const until = plusMs(tx.ctx.now, (await getSetting(tx, "payoutFreezeHours")) * hourMs);
  await tx.db.insert(payoutFreezes).values({ id: newId("payoutFreeze"), userId, reason: given.reason, frozenAt: tx.ctx.now, until });
  await recordAudit(tx, { verb: "auth.freeze_payouts", objectKind: "user", objectId: userId, after: { reason: given.reason, until: until.toISOString() } });
  await recordEvent(tx, { event: "payouts.frozen", subjectUserId: userId, fields: { reason: given.reason, until: toIst(until) } });
  return { reason: given.reason, until };
}

type Reader = Pick<Db, "select">;

/** The freeze that lasts longest for this person at `now`, or null; inside `tx` or (null) outside any transaction. */
export async function payoutFreezeOf(tx: Tx | null, userId: string, now: Date): Promise<PayoutFreeze | null> {
  const query = (db: Reader) =>
    db
      .select({ reason: payoutFreezes.reason, until: payoutFreezes.until })
      .from(payoutFreezes)
      .where(and(eq(payoutFreezes.userId, userId), lte(payoutFreezes.frozenAt, now), gt(payoutFreezes.until, now)))
      .orderBy(desc(payoutFreezes.until))
      .limit(1);
  const [freeze] = tx === null ? await read(query) : await query(tx.db);
  return freeze ?? null;
}
