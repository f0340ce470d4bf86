import { sql, type SQL } from "drizzle-orm";
import { payouts } from "@/db/schema/payouts";
import { read, type Ctx } from "@/lib/context";
import type { Job, JobPayload, Sweep } from "@/lib/jobs";
import { log } from "@/lib/monitoring";
import { plusMs, secondMs } from "@/lib/time";
import { endCoolOff, expirePayout } from "./commands/timers.ts";
import { dispatchPayout } from "./dispatch.ts";
import { pursuePayout } from "./resolve.ts";

type Act = (ctx: Ctx, payoutId: string) => Promise<void>;

const sweepMax = 50;

function nudge(name: string, act: Act): Job {
  return { name, run: (ctx: Ctx, payload: JobPayload) => act(ctx, payload["payoutId"] ?? "") };
}

export const payoutJobs: Job[] = [
  nudge("payout.dispatch", dispatchPayout),
  nudge("payout.check", pursuePayout),
  nudge("payout.cool_off_end", endCoolOff),
  nudge("payout.expire", expirePayout),
];

async function sweep(ctx: Ctx, due: SQL, act: Act): Promise<void> {
  const rows = await read((db) => db.execute<{ id: string }>(sql`select id from ${payouts} where ${due} order by updated_at limit ${sweepMax}`));
  for (const { id } of rows) {
    try {
      await act(ctx, id);
    } catch (error) {
      // One payout in trouble must not keep the others waiting; it is still due at the next round.
      log.warn({ payoutId: id, error }, "a payout could not be looked after");
    }
  }
}

const at = (moment: Date): SQL => sql`${moment.toISOString()}::timestamptz`;

/** Finds by their state what a lost job would have said; jobs only make it faster. */
export const payoutSweeps: Sweep[] = [
  // A fresh approval has its own job; what stays approved for longer lost it or was in something's way.
  {
    name: "payouts.send",
    everyMs: 3 * secondMs,
    run: (ctx) =>
      sweep(ctx, sql`status = 'approved' and (next_check_at <= ${at(ctx.now)} or next_check_at is null and updated_at <= ${at(plusMs(ctx.now, -5 * secondMs))})`, dispatchPayout),
  },
  {
    name: "payouts.ask",
    everyMs: 2 * secondMs,
    run: (ctx) => sweep(ctx, sql`next_check_at <= ${at(ctx.now)} and status in ('submitting', 'in_flight', 'succeeded')`, pursuePayout),
  },
  { name: "payouts.cool_off", everyMs: 15 * secondMs, run: (ctx) => sweep(ctx, sql`status = 'held' and hold_until <= ${at(ctx.now)}`, endCoolOff) },
  {
    name: "payouts.expire",
    everyMs: 30 * secondMs,
    run: (ctx) => sweep(ctx, sql`status in ('pending_approval', 'held', 'approved') and expires_at <= ${at(ctx.now)}`, expirePayout),
  },
];
