import { lt } from "drizzle-orm";
import { authTickets } from "@/db/schema/auth";
import { withTransaction } from "@/lib/context";
import type { Sweep } from "@/lib/jobs";
import { dayMs, hourMs, plusMs } from "@/lib/time";
import { pruneLimits } from "./limits.ts";

/** Throws away what can no longer matter: counters a day old and tickets whose minute has long passed. */
export const authSweeps: Sweep[] = [
  {
    name: "auth.prune",
    everyMs: hourMs,
    run: async (ctx) => {
      const before = plusMs(ctx.now, -dayMs);
      await pruneLimits(ctx, before);
      await withTransaction(ctx, (tx) => tx.db.delete(authTickets).where(lt(authTickets.expiresAt, before)));
    },
  },
];
