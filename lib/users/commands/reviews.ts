// Access reviews: every grant is looked at once by an admin who does not hold it, or it stops.
import { and, asc, count, eq, inArray, isNull, or, gt, lte, ne } from "drizzle-orm";
import { roleGrants } from "@/db/schema/auth";
import { accessReviewItems, accessReviews } from "@/db/schema/users";
import { requirePermission } from "@/lib/access";
import { recordAudit } from "@/lib/audit";
import { endOpenGrants, grantRole, lockPerson } from "@/lib/auth";
import { actorId, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError, conflict, isAppError, refuseUnless } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { recordEvent, wasTold } from "@/lib/monitoring";
import { dayMs, plusMs, toIst } from "@/lib/time";
import { viewing } from "../changes.ts";
import type { ReviewItemInput } from "../contract.ts";
import { isRole } from "../load.ts";
import { mayReview, reviewWarningDue, unseenOutcomes } from "../policy.ts";

/** Starts a review of every grant that holds now or will; one runs at a time. */
export async function startReview(ctx: Ctx, input: { dueDays: number }): Promise<{ reviewId: string }> {
  requirePermission(ctx.actor, "reviews.start");
  return withTransaction(ctx, async (tx) => {
    // One that is over its date has done what it could; what it suspended stays so until somebody attests it.
    await tx.db.update(accessReviews).set({ status: "closed", closedAt: ctx.now }).where(eq(accessReviews.status, "overdue"));
    const reviewId = newId("review");
    const added = await tx.db
      .insert(accessReviews)
      .values({ id: reviewId, status: "open", startedBy: actorId(ctx.actor), startedAt: ctx.now, dueAt: plusMs(ctx.now, input.dueDays * dayMs) })
      .onConflictDoNothing()
      .returning({ id: accessReviews.id });
    if (added.length === 0) throw conflict("review_running", "A review is already running. Finish it first.");
    const grants = await tx.db
      .select({ grantId: roleGrants.id, userId: roleGrants.userId, role: roleGrants.role })
      .from(roleGrants)
      .where(and(isNull(roleGrants.endedAt), or(isNull(roleGrants.validUntil), gt(roleGrants.validUntil, ctx.now))));
    if (grants.length === 0) throw conflict("nothing_to_review", "Nobody holds a role.");
    await tx.db.insert(accessReviewItems).values(grants.map((grant) => ({ id: newId("reviewItem"), reviewId, ...grant, outcome: "open" as const })));
    await recordAudit(tx, { verb: "users.review_start", objectKind: "access_review", objectId: reviewId, after: { items: grants.length, dueDays: input.dueDays } });
    await recordEvent(tx, { event: "review.started", fields: { reviewId, items: grants.length } });
    return { reviewId };
  });
}

/** Keeps or revokes one grant. What was suspended for want of a look comes back when it is attested, to the same end as before. */
export async function reviewItem(ctx: Ctx, itemId: string, input: ReviewItemInput): Promise<{ done: true }> {
  requirePermission(ctx.actor, "reviews.attest");
  await withTransaction(ctx, async (tx) => {
    const [known] = await tx.db.select({ userId: accessReviewItems.userId }).from(accessReviewItems).where(eq(accessReviewItems.id, itemId));
    if (known === undefined) throw new AppError("not_found", "unknown_item", "There is no such grant in a review.");
    await lockPerson(tx, known.userId);
    const [item] = await tx.db.select().from(accessReviewItems).where(eq(accessReviewItems.id, itemId)).for("update");
    if (item === undefined || !isRole(item.role)) throw new AppError("not_found", "unknown_item", "There is no such grant in a review.");
    refuseUnless(mayReview(viewing(ctx), item), "conflict", "review_refused");
    const [grant] = await tx.db.select().from(roleGrants).where(eq(roleGrants.id, item.grantId));
    const over = grant === undefined || (grant.endedAt !== null && grant.endedReason !== "review_overdue") || (grant.validUntil !== null && grant.validUntil <= ctx.now);
    const outcome = over ? "gone" : input.outcome;
    await tx.db
      .update(accessReviewItems)
      .set({ outcome, decidedBy: actorId(ctx.actor), decidedAt: ctx.now, note: input.note ?? null })
      .where(eq(accessReviewItems.id, itemId));
    if (!over && outcome === "revoked" && grant.endedAt === null)
      await endOpenGrants(tx, { userId: item.userId, role: item.role, reason: input.note ?? "Revoked in an access review.", why: "review_revoked" });
    if (!over && outcome === "attested" && grant.endedAt !== null)
      await grantRole(tx, { userId: item.userId, role: item.role, reviewItemId: itemId, ...(grant.validUntil === null ? {} : { validUntil: grant.validUntil }) });
    await recordAudit(tx, {
      verb: outcome === "revoked" ? "users.review_revoke" : "users.review_attest",
      objectKind: "user",
      objectId: item.userId,
      reason: input.note ?? null,
      after: { itemId, role: item.role, outcome },
    });
    await closeWhenDone(tx, item.reviewId);
  });
  return { done: true };
}

async function closeWhenDone(tx: Tx, reviewId: string): Promise<void> {
  const [left] = await tx.db
    .select({ n: count() })
    .from(accessReviewItems)
    .where(and(eq(accessReviewItems.reviewId, reviewId), inArray(accessReviewItems.outcome, unseenOutcomes)));
  if ((left?.n ?? 0) > 0) return;
  await tx.db
    .update(accessReviews)
    .set({ status: "closed", closedAt: tx.ctx.now })
    .where(and(eq(accessReviews.id, reviewId), ne(accessReviews.status, "closed")));
}

/** Suspends what nobody looked at by the due date, loudly; the last owner is kept and shown as not looked at. */
export async function suspendOverdue(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const late = await tx.db
      .update(accessReviews)
      .set({ status: "overdue" })
      .where(and(eq(accessReviews.status, "open"), lte(accessReviews.dueAt, ctx.now)))
      .returning({ id: accessReviews.id });
    for (const { id } of late) await suspendItems(tx, id);
  });
}

/** Says once, a week, three days and a day before a review is due, how much of it nobody has looked at. */
export async function warnBeforeDue(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    // Locked, so that of several rounds at once the later ones see what the first has said.
    const [review] = await tx.db.select().from(accessReviews).where(eq(accessReviews.status, "open")).for("update");
    const days = review === undefined ? null : reviewWarningDue(review, ctx.now);
    if (review === undefined || days === null) return;
    const [left] = await tx.db
      .select({ n: count() })
      .from(accessReviewItems)
      .where(and(eq(accessReviewItems.reviewId, review.id), eq(accessReviewItems.outcome, "open")));
    const open = left?.n ?? 0;
    const told = await wasTold(tx, { event: "review.due_soon", fields: { reviewId: review.id, days } });
    if (open > 0 && !told) await recordEvent(tx, { event: "review.due_soon", fields: { reviewId: review.id, open, due: toIst(review.dueAt), days } });
  });
}

async function suspendItems(tx: Tx, reviewId: string): Promise<void> {
  const items = await tx.db
    .select()
    .from(accessReviewItems)
    .where(and(eq(accessReviewItems.reviewId, reviewId), eq(accessReviewItems.outcome, "open")))
    .orderBy(asc(accessReviewItems.userId), asc(accessReviewItems.id));
  let suspended = 0;
  for (const item of items) {
    const outcome = await suspend(tx, item);
    if (outcome === "suspended") suspended += 1;
    await tx.db
      .update(accessReviewItems)
      .set({ outcome, decidedBy: actorId(tx.ctx.actor), decidedAt: tx.ctx.now })
      .where(eq(accessReviewItems.id, item.id));
  }
  await recordAudit(tx, { verb: "users.review_overdue", objectKind: "access_review", objectId: reviewId, after: { suspended, items: items.length } });
  await recordEvent(tx, { event: "review.overdue", fields: { reviewId, suspended } });
}

async function suspend(tx: Tx, item: { userId: string; grantId: string; role: string }): Promise<"suspended" | "kept_unseen" | "gone"> {
  if (!isRole(item.role)) return "gone";
  await lockPerson(tx, item.userId);
  const [grant] = await tx.db.select({ endedAt: roleGrants.endedAt }).from(roleGrants).where(eq(roleGrants.id, item.grantId));
  if (grant === undefined || grant.endedAt !== null) return "gone";
  try {
    await endOpenGrants(tx, { userId: item.userId, role: item.role, reason: "Nobody attested it in time.", why: "review_overdue" });
    return "suspended";
  } catch (error) {
    // Thrown before anything was written, so the transaction goes on.
    if (isAppError(error, "last_owner")) return "kept_unseen";
    throw error;
  }
}
