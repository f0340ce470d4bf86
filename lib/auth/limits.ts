// Failure counters. A guess counts only once its outcome is known, and a right answer is accepted only if the key is
// still open then: so however many guesses run at once, no more than the limit are ever looked at.
import { and, eq, inArray, isNull, lt, or } from "drizzle-orm";
import { authLimits } from "@/db/schema/auth";
import { read, withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { addressKey, networkKey } from "@/lib/http/address";
import { log, raiseEvent } from "@/lib/monitoring";
import { recentSettings } from "@/lib/policies";
import { minuteMs, secondMs, waitWords } from "@/lib/time";
import { afterFailure, isBlocked, limitRules, passwordRule, type LimitRule } from "./policy.ts";

export type Limit = { key: string; rule: keyof typeof limitRules };

/** What counts where a request came from, beside what it was about: its address, and the network around it. */
export function placeLimits(ip: string | null, name = "address"): Limit[] {
  if (ip === null) return [];
  return [
    { key: `${name}:${addressKey(ip)}`, rule: "address" },
    { key: `${name}-network:${networkKey(ip)}`, rule: "network" },
  ];
}

/** Throws `too_many_requests` if any of the keys is blocked; asked before anything costly. */
export async function requireOpen(ctx: Ctx, limits: readonly Limit[]): Promise<void> {
  const rows = await countersOf(limits);
  const until = rows.filter((row) => isBlocked(row, ctx.now)).map((row) => row.blockedUntil ?? ctx.now);
  if (until.length > 0) throw blocked(ctx, until);
}

function countersOf(limits: readonly Limit[]) {
  return read((db) =>
    db
      .select()
      .from(authLimits)
      .where(
        inArray(
          authLimits.key,
          limits.map((limit) => limit.key),
        ),
      ),
  );
}

/**
 * Records the outcome of one attempt in a short transaction of its own, so that no rollback refunds it. Throws
 * `too_many_requests` if a key was blocked meanwhile, whatever the outcome. Success clears the first key alone.
 */
export async function settle(ctx: Ctx, limits: readonly Limit[], outcome: "right" | "wrong"): Promise<void> {
  // Without a counter there is nothing to lock, clear or refuse: the everyday right answer costs one read.
  if (outcome === "right" && (await countersOf(limits)).length === 0) return;
  const { closed, closing } = await withTransaction(ctx, async (tx) => {
    const closed: Date[] = [];
    const closing: string[] = [];
    for (const [index, limit] of limits.entries()) {
      if (outcome === "wrong") await tx.db.insert(authLimits).values({ key: limit.key, windowStart: ctx.now, failures: 0 }).onConflictDoNothing();
      const [state] = await tx.db.select().from(authLimits).where(eq(authLimits.key, limit.key)).for("update");
      if (state === undefined) continue;
      if (isBlocked(state, ctx.now)) closed.push(state.blockedUntil ?? ctx.now);
      else if (outcome === "wrong") {
        const next = afterFailure(state, limit.rule === "password" ? await passwordRuleNow() : limitRules[limit.rule], ctx.now);
        await tx.db.update(authLimits).set(next).where(eq(authLimits.key, limit.key));
        if (isBlocked(next, ctx.now)) closing.push(limit.rule);
      } else if (index === 0) await tx.db.delete(authLimits).where(eq(authLimits.key, limit.key));
    }
    return { closed, closing };
  });
  for (const rule of closing) {
    log.warn({ rule, requestId: ctx.requestId }, "sign-in blocked after repeated failures");
    await raiseEvent(ctx, { event: "signin.blocked", fields: { rule } });
  }
  if (closed.length > 0) throw blocked(ctx, closed);
}

async function passwordRuleNow(): Promise<LimitRule> {
  const [lockAfter, lockMinutes] = await recentSettings(["passwordFailuresMax", "lockMinutes"]);
  return passwordRule({ lockAfter, lockMs: lockMinutes * minuteMs });
}

/** Forgets counters whose last window ended a day ago. */
export async function pruneLimits(ctx: Ctx, before: Date): Promise<void> {
  await withTransaction(ctx, (tx) =>
    tx.db.delete(authLimits).where(and(lt(authLimits.windowStart, before), or(isNull(authLimits.blockedUntil), lt(authLimits.blockedUntil, before)))),
  );
}

/** What somebody is told whose key is closed until the latest of these instants. */
export function blocked(ctx: Pick<Ctx, "now">, until: readonly Date[]): AppError {
  const latest = Math.max(...until.map((at) => at.getTime()));
  const seconds = Math.max(1, Math.ceil((latest - ctx.now.getTime()) / secondMs));
  return new AppError("too_many_requests", "too_many_attempts", `Too many attempts have failed. Try again in ${waitWords(seconds)}.`, { retryAfterSeconds: seconds });
}
