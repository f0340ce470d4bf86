// What time does to people's access: proposals run out, people fall dormant, reviews come due.
import { and, eq, lt, lte, sql } from "drizzle-orm";
import { users } from "@/db/schema/auth";
import { changes } from "@/db/schema/users";
import { recordAudit } from "@/lib/audit";
import { letLieDormant } from "@/lib/auth";
import { actorId, read, withTransaction, type Ctx } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import type { Sweep } from "@/lib/jobs";
import { log, raiseEvent, recordEvent, wasTold } from "@/lib/monitoring";
import { getSetting } from "@/lib/settings";
import { dayMs, hourMs, minuteMs, plusMs, secondMs } from "@/lib/time";
import { whoMovesMoney } from "./access.ts";
import { suspendOverdue, warnBeforeDue } from "./commands/reviews.ts";
import { voidChanges } from "./commands/standing.ts";
import { reviewReminderEveryMs } from "./policy.ts";
import { reviewDueSince } from "./reviews.ts";
import { noteUnusual } from "./unusual.ts";

/** Closes proposals that nobody decided in seven days. */
async function expireChanges(ctx: Ctx): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const late = await tx.db
      .update(changes)
      .set({ status: "expired", decidedBy: actorId(ctx.actor), decidedAt: ctx.now })
      .where(and(eq(changes.status, "pending"), lte(changes.expiresAt, ctx.now)))
      .returning({ id: changes.id, kind: changes.kind, subjectId: changes.subjectId });
    for (const change of late) {
      await recordAudit(tx, { verb: "users.expire", objectKind: "user", objectId: change.subjectId, after: { changeId: change.id } });
      await recordEvent(tx, { event: "change.closed", subjectUserId: change.subjectId, fields: { changeId: change.id, kind: change.kind, outcome: "expired" } });
    }
  });
}

/** Shuts out whoever has not signed in for as long as the setting says; the last owner stays, and is looked at again an hour later. */
async function letDormantLie(ctx: Ctx): Promise<void> {
  const days = await getSetting(null, "dormantDays");
  const since = sql`greatest(${users.createdAt}, ${users.lastSignInAt}, ${users.enabledAt})`;
  const idle = await read((db) =>
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.status, "active"), lt(since, sql`${plusMs(ctx.now, -days * dayMs).toISOString()}::timestamptz`)))
      .limit(500),
  );
  for (const { id } of idle) {
    try {
      await withTransaction(ctx, async (tx) => {
        await letLieDormant(tx, { userId: id, reason: `No sign-in for ${days} days.` });
        await voidChanges(tx, id);
      });
    } catch (error) {
      if (!isAppError(error, "last_owner") && !isAppError(error, "already_disabled")) throw error;
      if (isAppError(error, "last_owner")) log.warn({ userId: id }, "the last owner has not signed in for long");
    }
  }
}

/** Says once a week that the half-yearly review is due, until somebody starts it. */
async function remind(ctx: Ctx): Promise<void> {
  if ((await reviewDueSince(ctx.now)) === null) return;
  if (!(await wasTold(null, { event: "review.due", since: plusMs(ctx.now, -reviewReminderEveryMs) }))) await raiseEvent(ctx, { event: "review.due" });
}

/** Asks the solver about the desk as it is: what no command lets happen would still be seen if somebody wrote around them. */
async function watchPaths(ctx: Ctx): Promise<void> {
  const { solo } = await whoMovesMoney(ctx);
  for (const { path, people } of solo) {
    const subjectUserId = people[0]?.id ?? null;
    const told = await wasTold(null, { event: "access.one_person_path", subjectUserId: subjectUserId ?? "", since: plusMs(ctx.now, -dayMs) });
    if (!told) await raiseEvent(ctx, { event: "access.one_person_path", subjectUserId, fields: { path } });
  }
}

export const userSweeps: Sweep[] = [
  {
    name: "users.expire-changes",
    everyMs: minuteMs,
    access: { room: "users", permissions: [], may: "Closes proposals about people that nobody decided in time." },
    run: expireChanges,
  },
  { name: "users.dormant", everyMs: hourMs, access: { room: "users", permissions: [], may: "Suspends people who have not signed in for long." }, run: letDormantLie },
  {
    name: "users.reviews-overdue",
    everyMs: minuteMs,
    access: { room: "users", permissions: [], may: "Suspends access that nobody confirmed in an overdue review." },
    run: suspendOverdue,
  },
  {
    name: "users.reviews-due-soon",
    everyMs: 5 * minuteMs,
    access: { room: "users", permissions: [], may: "Says in the days before a review is due what nobody has looked at." },
    run: warnBeforeDue,
  },
  {
    name: "users.unusual",
    everyMs: 15 * secondMs,
    access: { room: "users", permissions: [], may: "Says what people did that is unusual of them; refuses nobody." },
    run: noteUnusual,
  },
  {
    name: "users.watch-paths",
    everyMs: 5 * minuteMs,
    access: { room: "users", permissions: [], may: "Says when one person could move money alone." },
    run: watchPaths,
  },
  { name: "users.review-reminder", everyMs: hourMs, access: { room: "users", permissions: [], may: "Says when an access review is due." }, run: remind },
];
