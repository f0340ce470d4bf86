import { and, eq, isNull, sql } from "drizzle-orm";
import { emergencyRestarts, emergencyStops } from "@/db/schema/settings";
import { requirePermission } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { conflict, isAppError, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent } from "@/lib/monitoring";
import type { Emergency } from "./contract.ts";
import { mayRestart, restartsNeeded } from "./policy.ts";
import { getEmergency, stillMay } from "./queries.ts";

/** Stops every payout at once; one person is enough. Waits for dispatches that already passed their check. */
export async function stopPayouts(ctx: Ctx, input: { reason: string }): Promise<Emergency> {
  requirePermission(ctx.actor, "payouts.stop");
  try {
    await stopOnce(ctx, input);
  } catch (error) {
    // A stop must not fail because a dispatch held the lock for a moment too long.
    if (!isAppError(error, "contended") && !isAppError(error, "too_slow")) throw error;
    await stopOnce(ctx, input);
  }
  return getEmergency(ctx);
}

async function stopOnce(ctx: Ctx, input: { reason: string }): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await lockEmergency(tx);
    const id = newId("stop");
    const added = await tx.db
      .insert(emergencyStops)
      .values({ id, scope: "payouts", reason: input.reason, stoppedBy: actorId(ctx.actor), stoppedAt: ctx.now })
      .onConflictDoNothing()
      .returning({ id: emergencyStops.id });
    if (added.length === 0) throw conflict("already_stopped", "Payouts are already stopped.");
    await recordAudit(tx, { verb: "emergency.stop", objectKind: "emergency_stop", objectId: id, reason: input.reason, after: { scope: "payouts" } });
    await recordEvent(tx, { event: "emergency.stopped", fields: { stopId: id } });
  });
}

/** Signs the restart of stopped payouts; the second different person's signature, neither being the stopper, restarts them. */
export async function voteRestart(ctx: Ctx, input: { stopId: string; reason: string }): Promise<Emergency> {
  requirePermission(ctx.actor, "payouts.restart");
  await withTransaction(ctx, async (tx) => {
    await lockEmergency(tx);
    const [stop] = await tx.db
      .select()
      .from(emergencyStops)
      .where(and(eq(emergencyStops.id, input.stopId), isNull(emergencyStops.restartedAt)));
    if (stop === undefined) throw conflict("not_stopped", "This stop is no longer open.");
    const votes = await tx.db
      .select({ personId: emergencyRestarts.personId })
      .from(emergencyRestarts)
      .where(and(eq(emergencyRestarts.stopId, stop.id), stillMay(ctx.now)));
    const person = actorId(ctx.actor);
    refuseUnless(
      mayRestart({ userId: person, permissions: ctx.actor.permissions }, { stoppedBy: stop.stoppedBy, restartedBy: votes.map((vote) => vote.personId) }),
      "conflict",
      "restart_refused",
    );
    const again = votes.some((vote) => vote.personId === person);
    if (!again) await tx.db.insert(emergencyRestarts).values({ stopId: stop.id, personId: person, reason: input.reason, at: ctx.now });
    const signatures = votes.length + (again ? 0 : 1);
    const complete = signatures >= restartsNeeded;
    if (complete) await tx.db.update(emergencyStops).set({ restartedAt: ctx.now }).where(eq(emergencyStops.id, stop.id));
    await recordAudit(tx, {
      verb: complete ? "emergency.restart" : "emergency.restart_signed",
      objectKind: "emergency_stop",
      objectId: stop.id,
      reason: input.reason,
      after: { signatures },
    });
    await recordEvent(tx, { event: complete ? "emergency.restarted" : "emergency.restart_signed", fields: { stopId: stop.id, signatures } });
  });
  return getEmergency(ctx);
}

async function lockEmergency(tx: Tx): Promise<void> {
  await tx.db.execute(sql`select pg_advisory_xact_lock(hashtext('countersign.emergency.payouts'))`);
}
