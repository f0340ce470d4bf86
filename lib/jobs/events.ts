import { sql } from "drizzle-orm";
import { idempotencyKeys } from "@/db/schema/idempotency";
import { withTransaction } from "@/lib/context";
import { dayMs, hourMs, plusMs } from "@/lib/time";
import type { Sweep } from "./contract.ts";

/** Nobody repeats a request after this long; a key used again then is a new request. */
const keyKeptMs = 30 * dayMs;
/** Few enough that one round stays short, however many there are; the next round takes the next ones. */
const atOnce = 10_000;

/** Throws away the answers kept for repeats of a request that nobody will repeat any more. */
export const jobSweeps: Sweep[] = [
  {
    name: "idempotency.prune",
    everyMs: hourMs,
    access: { room: "jobs", permissions: [], may: "Throws away answers kept for repeats that nobody will send any more." },
    run: async (ctx) => {
      const before = plusMs(ctx.now, -keyKeptMs).toISOString();
      await withTransaction(ctx, (tx) =>
        tx.db.execute(sql`delete from ${idempotencyKeys} where ctid in (select ctid from ${idempotencyKeys} where created_at < ${before}::timestamptz limit ${atOnce}::int)`),
      );
    },
  },
];
