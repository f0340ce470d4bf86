import { and, lt, notExists, or, sql } from "drizzle-orm";
import { authSessions, authTickets } from "@/db/schema/auth";
import { passkeyChallenges, stepUps } from "@/db/schema/passkeys";
import { withTransaction } from "@/lib/context";
import type { Sweep } from "@/lib/jobs";
import { dayMs, hourMs, plusMs } from "@/lib/time";
import { pruneLimits } from "./limits.ts";

/** How long a session that is over can still be looked at; opening and ending it stay in the trail. */
const sessionKeptMs = 90 * dayMs;

/** Throws away what can no longer matter: counters a day old, tickets, challenges and step-ups whose minutes have long passed, sessions long over. */
export const authSweeps: Sweep[] = [
  {
    name: "auth.prune",
    everyMs: hourMs,
    access: { room: "auth", permissions: [], may: "Throws away counters, tickets and sessions that can no longer matter." },
    run: async (ctx) => {
      const before = plusMs(ctx.now, -dayMs);
      await pruneLimits(ctx, before);
      const overBefore = plusMs(ctx.now, -sessionKeptMs);
      await withTransaction(ctx, async (tx) => {
        await tx.db.delete(authTickets).where(lt(authTickets.expiresAt, before));
        await tx.db.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, before));
        await tx.db.delete(stepUps).where(lt(stepUps.grantedAt, before));
        const ticketed = tx.db
          .select({ one: sql`1` })
          .from(authTickets)
          .where(sql`${authTickets.sessionId} = ${authSessions.id}`);
        await tx.db.delete(authSessions).where(and(or(lt(authSessions.endedAt, overBefore), lt(authSessions.absoluteEndAt, overBefore)), notExists(ticketed)));
      });
    },
  },
];
