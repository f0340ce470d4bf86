// Proposals about people: made by one admin, here; decided by another, in decide.ts.
import { and, eq, lte } from "drizzle-orm";
import { changes } from "@/db/schema/users";
import { privilegedRoles, requirePermission, rolesAt, type Role } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { answersForClient, endRole, grantRole, keysOf, lockPerson } from "@/lib/auth";
import { mayHoldKeyless, mayHoldThrough } from "@/lib/auth/policy";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict, isAppError, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { raiseEvent, recordEvent } from "@/lib/monitoring";
import { parseInstant, plusMs } from "@/lib/time";
import { viewing } from "../changes.ts";
import type { ChangeKind, Proposed, RoleInput } from "../contract.ts";
import { factsOf, grantsOf, spanOf } from "../load.ts";
import { changeRules, mayPropose, mayProposeReset, mayWithdraw } from "../policy.ts";

type NewChange = { kind: ChangeKind; subjectId: string; role: Role | null; validFrom: Date | null; validUntil: Date | null; reason: string };

/** Writes one open proposal; a late one that nobody swept yet makes room for it. */
export async function insertChange(tx: Tx, change: NewChange): Promise<string> {
  const { now, actor } = tx.ctx;
  await tx.db
    .update(changes)
    .set({ status: "expired", decidedBy: actorId(actor), decidedAt: now })
    .where(and(eq(changes.subjectId, change.subjectId), eq(changes.status, "pending"), lte(changes.expiresAt, now)));
  const id = newId("change");
  const added = await tx.db
    .insert(changes)
    .values({ id, ...change, status: "pending", proposedBy: actorId(actor), proposedAt: now, expiresAt: plusMs(now, changeRules.lastsMs) })
    .onConflictDoNothing()
    .returning({ id: changes.id });
  if (added.length === 0) throw conflict("change_pending", "The same change already waits for a second admin.");
  await recordAudit(tx, {
    verb: "users.propose",
    objectKind: "user",
    objectId: change.subjectId,
    reason: change.reason,
    after: { changeId: id, kind: change.kind, role: change.role, validFrom: change.validFrom?.toISOString() ?? null, validUntil: change.validUntil?.toISOString() ?? null },
  });
  await recordEvent(tx, { event: "change.proposed", subjectUserId: change.subjectId, fields: { changeId: id, kind: change.kind } });
  return id;
}

export type Validity = { from: Date | null; until: Date | null };

/** The dates of a grant as asked for: in order, not over already; a beginning in the past is now. */
export function validityOf(given: { validFrom?: string | undefined; validUntil?: string | undefined }, now: Date): Validity {
  const from = given.validFrom === undefined ? null : parseInstant(given.validFrom);
  const until = given.validUntil === undefined ? null : parseInstant(given.validUntil);
  const start = from !== null && from > now ? from : null;
  if (until !== null && until <= (start ?? now)) throw new AppError("unprocessable", "dates_wrong", "The end must be later than the beginning, and than now.");
  return { from: start, until };
}

/** Gives an ordinary role at once, or proposes a privileged one. A toxic combination is refused here already, with the way in words. */
export async function proposeRole(ctx: Ctx, userId: string, input: RoleInput): Promise<Proposed> {
  requirePermission(ctx.actor, "roles.propose");
  const { role, reason } = input;
  const { from, until } = validityOf(input, ctx.now);
  try {
    return await withTransaction(ctx, async (tx) => {
      const { name } = await lockPerson(tx, userId);
      refuseUnless(mayPropose(viewing(ctx), await factsOf(tx, userId, ctx.now)), "forbidden", "role_refused");
      if (!privilegedRoles.includes(role)) {
        await grantRole(tx, { userId, role, ...(from === null ? {} : { validFrom: from }), ...(until === null ? {} : { validUntil: until }) });
        return { outcome: "granted", changeId: null };
      }
      const spans = (await grantsOf(tx, [userId])).map(spanOf).filter((span) => span.until === null || span.until > ctx.now);
      if (spans.some((span) => span.role === role)) throw conflict("role_held", "This person already holds this role, or will.");
      const person = { name, answersForClient: await answersForClient(tx, userId) };
      refuseUnless(mayHoldThrough(spans, { role, from: from ?? ctx.now, until }, person), "conflict", "toxic_roles");
      refuseUnless(mayHoldKeyless(role, await keysOf(tx, userId)), "conflict", "passkeys_needed");
      const changeId = await insertChange(tx, { kind: "role_grant", subjectId: userId, role, validFrom: from, validUntil: until, reason });
      return { outcome: "proposed", changeId };
    });
  } catch (error) {
    if (isAppError(error, "toxic_roles")) await raiseEvent(ctx, { event: "role.refused_toxic", subjectUserId: userId, fields: { role } });
    throw error;
  }
}

/** Proposes to reset everything a person proves themselves with beside their password. */
export async function proposeFactorReset(ctx: Ctx, userId: string, input: { reason: string }): Promise<Proposed> {
  requirePermission(ctx.actor, "factors.propose_reset");
  return withTransaction(ctx, async (tx) => {
    await lockPerson(tx, userId);
    refuseUnless(mayProposeReset(viewing(ctx), await factsOf(tx, userId, ctx.now)), "conflict", "reset_refused");
    const changeId = await insertChange(tx, { kind: "factor_reset", subjectId: userId, role: null, validFrom: null, validUntil: null, reason: input.reason });
    return { outcome: "proposed", changeId };
  });
}

/** Takes back one's own proposal. */
export async function withdrawChange(ctx: Ctx, changeId: string): Promise<{ done: true }> {
  requirePermission(ctx.actor, "roles.propose");
  await withTransaction(ctx, async (tx) => {
    const [change] = await tx.db.select().from(changes).where(eq(changes.id, changeId)).for("update");
    if (change === undefined) throw new AppError("not_found", "unknown_change", "There is no such proposal.");
    refuseUnless(mayWithdraw(viewing(ctx), change), "conflict", "withdraw_refused");
    await tx.db
      .update(changes)
      .set({ status: "withdrawn", decidedBy: actorId(ctx.actor), decidedAt: ctx.now })
      .where(and(eq(changes.id, changeId), eq(changes.status, "pending")));
    await recordAudit(tx, { verb: "users.withdraw", objectKind: "user", objectId: change.subjectId, after: { changeId } });
    await recordEvent(tx, { event: "change.closed", subjectUserId: change.subjectId, fields: { changeId, kind: change.kind, outcome: "withdrawn" } });
  });
  return { done: true };
}

/** Takes a role away at once: less power needs no second admin. */
export async function endPersonRole(ctx: Ctx, userId: string, input: { role: Role; reason: string }): Promise<{ done: true }> {
  requirePermission(ctx.actor, "roles.end");
  await withTransaction(ctx, (tx) => endRole(tx, { userId, ...input }));
  return { done: true };
}

/** The roles a person holds at `now`, read in the transaction. */
export async function rolesHeld(tx: Tx, userId: string): Promise<Role[]> {
  return rolesAt((await grantsOf(tx, [userId])).map(spanOf), tx.ctx.now);
}
