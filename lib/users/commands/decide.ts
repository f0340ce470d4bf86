// The second admin's word. What was agreed happens in the same transaction, or nothing does.
import { and, eq } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { changes } from "@/db/schema/users";
import { permissionsOf, requirePermission, type Permission } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { grantRole, lockPerson, resetFactors } from "@/lib/auth";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict, isAppError, refuseUnless } from "@/lib/errors";
import { raiseEvent, recordEvent } from "@/lib/monitoring";
import { changeFacts, viewing, type ChangeRow } from "../changes.ts";
import type { ChangeKind, DecideInput } from "../contract.ts";
import { isRole } from "../load.ts";
import { mayDecide } from "../policy.ts";
import { rolesHeld } from "./propose.ts";

const needs: Record<ChangeKind, { propose: Permission; decide: Permission }> = {
  role_grant: { propose: "roles.propose", decide: "roles.decide" },
  factor_reset: { propose: "factors.propose_reset", decide: "factors.decide_reset" },
};

/** Countersigns or refuses a proposal of the given kind. Refused for its proposer, for whom it is about, and when it is late. */
export async function decideChange(ctx: Ctx, changeId: string, input: DecideInput & { kind: ChangeKind }): Promise<{ done: true }> {
  requirePermission(ctx.actor, needs[input.kind].decide);
  const seen: { change?: ChangeRow } = {};
  try {
    await withTransaction(ctx, (tx) => decide(tx, { changeId, ...input, seen }));
  } catch (error) {
    const { change } = seen;
    if (isAppError(error, "toxic_roles") && change !== undefined)
      await raiseEvent(ctx, { event: "role.refused_toxic", subjectUserId: change.subjectId, fields: { role: change.role ?? "-" } });
    throw error;
  }
  return { done: true };
}

type Deciding = DecideInput & { changeId: string; kind: ChangeKind; seen: { change?: ChangeRow } };

async function decide(tx: Tx, { changeId, seen, ...input }: Deciding): Promise<void> {
  const { ctx } = tx;
  const [known] = await tx.db
    .select({ subjectId: changes.subjectId })
    .from(changes)
    .where(and(eq(changes.id, changeId), eq(changes.kind, input.kind)));
  if (known === undefined) throw new AppError("not_found", "unknown_change", "There is no such proposal.");
  // The person first, then their proposals: everyone who changes a person takes locks in this order.
  const person = await lockPerson(tx, known.subjectId);
  const [change] = await tx.db.select().from(changes).where(eq(changes.id, changeId)).for("update");
  if (change === undefined) throw new AppError("not_found", "unknown_change", "There is no such proposal.");
  seen.change = change;
  refuseUnless(
    mayDecide(viewing(ctx), changeFacts(change), ctx.now),
    "conflict",
    change.expiresAt <= ctx.now && change.status === "pending" ? "change_expired" : "decision_refused",
  );
  const approve = input.decision === "approve";
  if (approve) await requireProposer(tx, change);
  if (approve && (person.status === "disabled" || person.status === "dormant")) throw conflict("shut_out", "This person was shut out meanwhile. Let them in again first.");
  await tx.db
    .update(changes)
    .set({ status: approve ? "approved" : "refused", decidedBy: actorId(ctx.actor), decidedAt: ctx.now, decisionReason: input.reason ?? null })
    .where(and(eq(changes.id, changeId), eq(changes.status, "pending")));
  if (approve) await carryOut(tx, change);
  await recordAudit(tx, {
    verb: approve ? "users.countersign" : "users.refuse",
    objectKind: "user",
    objectId: change.subjectId,
    reason: input.reason ?? null,
    after: { changeId, kind: change.kind, role: change.role, proposedBy: change.proposedBy },
  });
  if (approve) await recordEvent(tx, { event: "change.approved", subjectUserId: change.subjectId, fields: { changeId, kind: change.kind } });
  else await recordEvent(tx, { event: "change.closed", subjectUserId: change.subjectId, fields: { changeId, kind: change.kind, outcome: "refused" } });
}

/** A proposal is worth what its proposer may still propose when it is countersigned. */
async function requireProposer(tx: Tx, change: ChangeRow): Promise<void> {
  if (change.proposedBy.startsWith("operator:") || change.proposedBy.startsWith("system:")) return;
  const [proposer] = await tx.db.select({ status: users.status }).from(users).where(eq(users.id, change.proposedBy));
  if (proposer?.status === "active" && permissionsOf(await rolesHeld(tx, change.proposedBy)).includes(needs[change.kind].propose)) return;
  throw conflict("proposer_gone", "Whoever proposed this may no longer propose it. Propose it again.");
}

async function carryOut(tx: Tx, change: ChangeRow): Promise<void> {
  if (change.kind === "factor_reset") {
    await resetFactors(tx, change.subjectId);
    return;
  }
  if (change.role === null || !isRole(change.role)) throw new AppError("internal", "unknown_role", "This role does not exist any more.");
  const now = tx.ctx.now;
  if (change.validUntil !== null && change.validUntil <= now) throw conflict("dates_over", "The time this role was proposed for is over.");
  await grantRole(tx, {
    userId: change.subjectId,
    role: change.role,
    changeId: change.id,
    validFrom: change.validFrom !== null && change.validFrom > now ? change.validFrom : now,
    ...(change.validUntil === null ? {} : { validUntil: change.validUntil }),
  });
}
