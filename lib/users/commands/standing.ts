// Shutting people out and letting them in again.
import { and, eq, or } from "drizzle-orm";
import { changes } from "@/db/schema/users";
import { requirePermission } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { disablePerson, enablePerson, lockPerson } from "@/lib/auth";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { refuseUnless } from "@/lib/errors";
import { recordEvent } from "@/lib/monitoring";
import { viewing } from "../changes.ts";
import { factsOf } from "../load.ts";
import { mayDisable, mayEnable } from "../policy.ts";

/** Ends everything open that a person proposed, or that was proposed about them. */
export async function voidChanges(tx: Tx, userId: string): Promise<number> {
  const ended = await tx.db
    .update(changes)
    .set({ status: "void", decidedBy: actorId(tx.ctx.actor), decidedAt: tx.ctx.now })
    .where(and(eq(changes.status, "pending"), or(eq(changes.proposedBy, userId), eq(changes.subjectId, userId))))
    .returning({ id: changes.id, kind: changes.kind, subjectId: changes.subjectId });
  for (const change of ended) {
    await recordAudit(tx, { verb: "users.void", objectKind: "user", objectId: change.subjectId, after: { changeId: change.id, because: userId } });
    await recordEvent(tx, { event: "change.closed", subjectUserId: change.subjectId, fields: { changeId: change.id, kind: change.kind, outcome: "void" } });
  }
  return ended.length;
}

/** Shuts a person out at once: sessions, links and open proposals end with it; challenges to sign payouts die with the session. */
export async function shutOut(ctx: Ctx, userId: string, input: { reason: string }): Promise<{ done: true }> {
  requirePermission(ctx.actor, "people.disable");
  await withTransaction(ctx, async (tx) => {
    await lockPerson(tx, userId);
    refuseUnless(mayDisable(viewing(ctx), await factsOf(tx, userId, ctx.now)), "conflict", "disable_refused");
    await disablePerson(tx, { userId, ...input });
    await voidChanges(tx, userId);
  });
  return { done: true };
}

/** Lets a disabled or dormant person in again with the roles they still hold; what was proposed for them is void. */
export async function letIn(ctx: Ctx, userId: string, input: { reason: string }): Promise<{ done: true }> {
  requirePermission(ctx.actor, "people.enable");
  await withTransaction(ctx, async (tx) => {
    await lockPerson(tx, userId);
    refuseUnless(mayEnable(viewing(ctx), await factsOf(tx, userId, ctx.now)), "conflict", "enable_refused");
    await enablePerson(tx, { userId, ...input });
  });
  return { done: true };
}
