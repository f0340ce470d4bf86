import { eq, sql, type SQL } from "drizzle-orm";
import { payouts } from "@/db/schema/payouts";
import { read, withTransaction, type Ctx } from "@/lib/context";
import type { Job, JobAccess, JobPayload, Sweep } from "@/lib/jobs";
import { log, raiseQuietly } from "@/lib/monitoring";
import { clockNow, minuteMs, plusMs, secondMs } from "@/lib/time";
import { endCoolOff, expirePayout } from "./commands/timers.ts";
import { withdrawSignatures } from "./commands/withdraw.ts";
import { dispatchPayout } from "./dispatch.ts";
import { troubledPauseMs } from "./pace.ts";
import { pursuePayout } from "./resolve.ts";

type Act = (ctx: Ctx, payoutId: string) => Promise<void>;

const sweepMax = 50;
const sweepHands = 4;

const access = (may: string): JobAccess => ({ room: "payouts", permissions: [], may });

function nudge(name: string, may: string, act: Act): Job {
  return { name, access: access(may), run: (ctx: Ctx, payload: JobPayload) => act(ctx, payload["payoutId"] ?? "") };
}

export const payoutJobs: Job[] = [
  nudge("payout.dispatch", "Sends a payout that people have approved.", dispatchPayout),
  nudge("payout.check", "Asks the gateway how a payout stands.", pursuePayout),
  nudge("payout.cool_off_end", "Sends a payout on to its signatures when its wait is over.", endCoolOff),
];

/** Looks after what is due, several at a time, what waited longest first. */
async function sweep(ctx: Ctx, due: SQL, act: Act): Promise<void> {
  const rows = await read((db) => db.execute<{ id: string }>(sql`select id from ${payouts} where ${due} order by next_check_at nulls first, updated_at limit ${sweepMax}`));
  const waiting = rows.map((row) => row.id);
  const lookAfter = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await act(ctx, id);
      } catch (error) {
        log.warn({ payoutId: id, error }, "a payout could not be looked after");
        await postpone(ctx, id).catch((again: unknown) => log.warn({ payoutId: id, error: again }, "a payout in trouble could not be postponed"));
      }
    }
  };
  await Promise.all(Array.from({ length: sweepHands }, lookAfter));
}

/** Payouts in trouble go to the end of the line, so that they cannot keep the others waiting. */
async function postpone(ctx: Ctx, payoutId: string): Promise<void> {
  await withTransaction({ ...ctx, now: clockNow() }, async (tx) => {
    // By its id alone: what it hangs together with may be the trouble.
    await tx.db
      .update(payouts)
      .set({ nextCheckAt: plusMs(tx.ctx.now, troubledPauseMs) })
      .where(eq(payouts.id, payoutId));
  });
}

const unsent = sql`not exists (select from payout_attempts tried where tried.payout_id = ${payouts.id} and tried.status not in ('not_sent', 'absent'))`;
const at = (moment: Date): SQL => sql`${moment.toISOString()}::timestamptz`;

/** Payouts that could still send money, and of whose request the trail knows nothing: somebody wrote them by hand. */
async function listUntraced(): Promise<string[]> {
  const rows = await read((db) =>
    db.execute<{ id: string }>(sql`select id from ${payouts} where status in ('pending_approval', 'held', 'approved', 'submitting')
    and not exists (select from audit_log a where a.object_kind = 'payout' and a.object_id = ${payouts.id} and a.verb = 'payout.create' and a.outcome = 'done') limit ${sweepMax}`),
  );
  return rows.map((row) => row.id);
}

/** Finds by their state what a lost job would have said; jobs only make it faster. */
export const payoutSweeps: Sweep[] = [
  // A fresh approval has its own job; what stays approved for longer lost it or was in something's way.
  {
    name: "payouts.send",
    everyMs: 3 * secondMs,
    access: access("Sends payouts that people have approved and whose nudge was lost."),
    run: (ctx) =>
      sweep(ctx, sql`status = 'approved' and (next_check_at <= ${at(ctx.now)} or next_check_at is null and updated_at <= ${at(plusMs(ctx.now, -5 * secondMs))})`, dispatchPayout),
  },
  {
    name: "payouts.ask",
    everyMs: 2 * secondMs,
    access: access("Asks the gateway how payouts stand."),
    run: (ctx) => sweep(ctx, sql`next_check_at <= ${at(ctx.now)} and status in ('submitting', 'in_flight', 'succeeded')`, pursuePayout),
  },
  {
    name: "payouts.cool_off",
    everyMs: 15 * secondMs,
    access: access("Sends payouts on to their signatures when their wait is over."),
    run: (ctx) => sweep(ctx, sql`status = 'held' and hold_until <= ${at(ctx.now)}`, endCoolOff),
  },
  // Whoever is shut out, or loses the role by an act or by time, signs nothing from then on; what they signed waits for others.
  {
    name: "payouts.signers",
    everyMs: 10 * secondMs,
    access: access("Takes off the signatures of people who may not sign any more."),
    run: (ctx) =>
      sweep(
        ctx,
        sql`status in ('pending_approval', 'held', 'approved') and approvals_given > 0 and exists (
          select from payout_approvals v where v.payout_id = ${payouts.id} and v.digest = ${payouts.digest} and signer_gone(v.approver_id, ${at(ctx.now)}) is not null
            and not exists (select from payout_withdrawals w where w.approval_id = v.id))`,
        withdrawSignatures,
      ),
  },
  {
    name: "payouts.traced",
    everyMs: minuteMs,
    access: access("Says which waiting payouts have no request in the trail; changes nothing."),
    run: async (ctx) => {
      for (const id of await listUntraced()) await raiseQuietly(ctx, { event: "payout.untraced", fields: { payoutId: id } }, id);
    },
  },
  {
    name: "payouts.expire",
    everyMs: 30 * secondMs,
    access: access("Ends payouts whose time is over and frees their money."),
    run: (ctx) =>
      sweep(ctx, sql`status in ('pending_approval', 'held', 'approved', 'submitting') and expires_at <= ${at(ctx.now)} and (status <> 'submitting' or ${unsent})`, expirePayout),
  },
];
