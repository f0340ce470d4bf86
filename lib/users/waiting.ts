// What waits for this very admin, for the overview.
import { and, eq, gt, inArray, ne } from "drizzle-orm";
import { accessReviewItems, accessReviews, changes } from "@/db/schema/users";
import { read, type Ctx } from "@/lib/context";
import { toIst } from "@/lib/time";
import { changeFacts, viewing } from "./changes.ts";
import { mayDecide, mayReview, unseenOutcomes } from "./policy.ts";

export type Waiting = { count: number; oldestAt: string | null };

function waiting(times: readonly Date[]): Waiting {
  const oldest = times.toSorted((one, other) => one.getTime() - other.getTime())[0];
  return { count: times.length, oldestAt: oldest === undefined ? null : toIst(oldest) };
}

/** Proposals this person may decide, and grants of a review they may look at. */
export async function waitingForAdmin(ctx: Ctx): Promise<{ changes: Waiting; items: Waiting; review: { dueAt: string; overdue: boolean } | null }> {
  const viewer = viewing(ctx);
  const [open, items] = await Promise.all([
    read((db) =>
      db
        .select()
        .from(changes)
        .where(and(eq(changes.status, "pending"), gt(changes.expiresAt, ctx.now), ne(changes.proposedBy, viewer.userId))),
    ),
    read((db) =>
      db
        .select({ userId: accessReviewItems.userId, outcome: accessReviewItems.outcome, at: accessReviews.startedAt, dueAt: accessReviews.dueAt })
        .from(accessReviewItems)
        .innerJoin(accessReviews, eq(accessReviews.id, accessReviewItems.reviewId))
        .where(and(ne(accessReviews.status, "closed"), inArray(accessReviewItems.outcome, unseenOutcomes))),
    ),
  ]);
  return {
    changes: waiting(open.filter((row) => mayDecide(viewer, changeFacts(row), ctx.now).allowed).map((row) => row.proposedAt)),
    review: items[0] === undefined ? null : { dueAt: toIst(items[0].dueAt), overdue: items[0].dueAt <= ctx.now },
    items: waiting(items.filter((item) => mayReview(viewer, item).allowed).map((item) => item.at)),
  };
}
