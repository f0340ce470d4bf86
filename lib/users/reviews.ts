// Reads of access reviews.
import { asc, desc, eq, inArray } from "drizzle-orm";
import { roleGrants } from "@/db/schema/auth";
import { accessReviewItems, accessReviews } from "@/db/schema/users";
import { read, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { plusMs, toIst } from "@/lib/time";
import { viewing } from "./changes.ts";
import { itemOutcomes, type ItemOutcome, type Review, type ReviewRow, type Reviews } from "./contract.ts";
import { isRole, lastSeen, namer } from "./load.ts";
import { mayReview, reviewEveryMs } from "./policy.ts";

type Row = typeof accessReviews.$inferSelect;
type Item = typeof accessReviewItems.$inferSelect;

function countsOf(items: readonly Item[]): Record<ItemOutcome, number> {
  return Object.fromEntries(itemOutcomes.map((outcome) => [outcome, items.filter((item) => item.outcome === outcome).length])) as Record<ItemOutcome, number>;
}

async function toRows(rows: readonly Row[], items: readonly Item[]): Promise<ReviewRow[]> {
  const who = await namer(rows.map((row) => row.startedBy));
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    startedBy: who(row.startedBy),
    startedAt: toIst(row.startedAt),
    dueAt: toIst(row.dueAt),
    closedAt: row.closedAt === null ? null : toIst(row.closedAt),
    counts: countsOf(items.filter((item) => item.reviewId === row.id)),
  }));
}

async function itemsOf(ids: readonly string[]): Promise<Item[]> {
  if (ids.length === 0) return [];
  return read((db) =>
    db
      .select()
      .from(accessReviewItems)
      .where(inArray(accessReviewItems.reviewId, [...ids]))
      .orderBy(asc(accessReviewItems.userId), asc(accessReviewItems.id)),
  );
}

/** Since when a review is due: half a year after the last was started, or after the first grant. */
export async function reviewDueSince(now: Date): Promise<Date | null> {
  const [[last], [first]] = await Promise.all([
    read((db) => db.select({ at: accessReviews.startedAt }).from(accessReviews).orderBy(desc(accessReviews.startedAt)).limit(1)),
    read((db) => db.select({ at: roleGrants.validFrom }).from(roleGrants).orderBy(asc(roleGrants.validFrom)).limit(1)),
  ]);
  const from = last?.at ?? first?.at;
  if (from === undefined) return null;
  const due = plusMs(from, reviewEveryMs);
  return due <= now ? due : null;
}

/** Every review, newest first, and whether the half-yearly one is due. */
export async function listReviews(ctx: Ctx): Promise<Reviews> {
  const rows = await read((db) => db.select().from(accessReviews).orderBy(desc(accessReviews.startedAt)).limit(100));
  const [items, due] = await Promise.all([itemsOf(rows.map((row) => row.id)), reviewDueSince(ctx.now)]);
  return { items: await toRows(rows, items), dueSince: due === null ? null : toIst(due) };
}

/** One review with each of its grants, and why the viewer may not decide on one. */
export async function getReview(ctx: Ctx, id: string): Promise<Review> {
  const [row] = await read((db) => db.select().from(accessReviews).where(eq(accessReviews.id, id)));
  if (row === undefined) throw new AppError("not_found", "unknown_review", "There is no such review.");
  const items = await itemsOf([id]);
  const ids = items.map((item) => item.grantId);
  const grants = ids.length === 0 ? [] : await read((db) => db.select().from(roleGrants).where(inArray(roleGrants.id, ids)));
  const grantOf = new Map(grants.map((grant) => [grant.id, grant]));
  const [who, seen, [shown]] = await Promise.all([
    namer(items.flatMap((item) => [item.userId, item.decidedBy, grantOf.get(item.grantId)?.grantedBy ?? null])),
    items.length === 0 ? new Map<string, Date>() : lastSeen([...new Set(items.map((item) => item.userId))]),
    toRows([row], items),
  ]);
  if (shown === undefined) throw new AppError("not_found", "unknown_review", "There is no such review.");
  const viewer = viewing(ctx);
  return {
    ...shown,
    items: items.flatMap((item) => {
      const grant = grantOf.get(item.grantId);
      if (grant === undefined || !isRole(item.role)) return [];
      const decision = mayReview(viewer, item);
      const last = seen.get(item.userId);
      return [
        {
          id: item.id,
          person: who(item.userId),
          role: item.role,
          grantedBy: who(grant.grantedBy),
          validFrom: toIst(grant.validFrom),
          validUntil: grant.validUntil === null ? null : toIst(grant.validUntil),
          lastSeenAt: last === undefined ? null : toIst(last),
          outcome: item.outcome,
          decidedBy: item.decidedBy === null ? null : who(item.decidedBy),
          decidedAt: item.decidedAt === null ? null : toIst(item.decidedAt),
          note: item.note,
          reasons: decision.allowed ? [] : decision.reasons,
        },
      ];
    }),
  };
}
