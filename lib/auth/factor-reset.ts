// The end of everything a person could prove themselves with, beside their password.
import { and, eq, inArray, isNull } from "drizzle-orm";
import { authFactors, authSessions } from "@/db/schema/auth";
import { authRecoveryCodes } from "@/db/schema/credentials";
import { passkeys } from "@/db/schema/passkeys";
import { recordAudit } from "@/lib/audit";
import type { Tx } from "@/lib/context";
import { recordEvent } from "@/lib/monitoring";
import { freezePayoutRights } from "./freezes.ts";
import type { PayoutFreeze } from "./policy.ts";
import { endSessions } from "./sessions.ts";

/**
 * Ends a person's authenticator app, passkeys, recovery codes and sessions, so that their next sign-in starts with enrolment,
 * and takes their say in payouts away for 24 h. Whoever calls this has seen two admins agree.
 */
export async function resetFactors(tx: Tx, userId: string): Promise<PayoutFreeze> {
  const factors = await tx.db
    .update(authFactors)
    .set({ status: "removed" })
    .where(and(eq(authFactors.userId, userId), inArray(authFactors.status, ["active", "pending"])))
    .returning({ id: authFactors.id });
  const keys = await tx.db
    .update(passkeys)
    .set({ removedAt: tx.ctx.now })
    .where(and(eq(passkeys.userId, userId), isNull(passkeys.removedAt)))
    .returning({ id: passkeys.id });
  await endRecoveryCodes(tx, userId);
  const ended = await endAllSessions(tx, userId, { reason: "factors_reset" });
  await recordAudit(tx, { verb: "auth.reset_factors", objectKind: "user", objectId: userId, after: { factors: factors.length, passkeys: keys.length, sessionsEnded: ended } });
  await recordEvent(tx, { event: "factors.reset", subjectUserId: userId });
  return freezePayoutRights(tx, userId, { reason: "factors_reset" });
}

/** Voids the recovery codes a person has left. */
export async function endRecoveryCodes(tx: Tx, userId: string): Promise<void> {
  await tx.db
    .update(authRecoveryCodes)
    .set({ endedAt: tx.ctx.now })
    .where(and(eq(authRecoveryCodes.userId, userId), isNull(authRecoveryCodes.usedAt), isNull(authRecoveryCodes.endedAt)));
}

/** Ends a person's open sessions but one; answers how many. */
export async function endAllSessions(tx: Tx, userId: string, given: { reason: string; except?: string }): Promise<number> {
  const open = await tx.db
    .select({ id: authSessions.id })
    .from(authSessions)
    .where(and(eq(authSessions.userId, userId), isNull(authSessions.endedAt)));
  const ids = open.map((row) => row.id).filter((id) => id !== given.except);
  return ids.length === 0 ? 0 : endSessions(tx, ids, given.reason);
}
