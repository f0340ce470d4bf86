import { sql } from "drizzle-orm";
import { config } from "@/lib/config";
import { withTransaction, type Ctx } from "@/lib/context";
import type { Sweep } from "@/lib/jobs";
import { log, raiseEvent } from "@/lib/monitoring";
import { dayMs, hourMs, minuteMs } from "@/lib/time";
import { listWrongTotals } from "./recount.ts";
import { addRate, findReserve } from "./reserve.ts";

const demoRateMicros = 88_725_000n;
const demoRateAgeMs = 12 * hourMs;

/** Keeps the demo's made-up reference rate from going stale; does nothing outside demo mode. */
async function refreshDemoRate(ctx: Ctx): Promise<void> {
  if (config().mode !== "demo") return;
  const current = await findReserve(ctx.now);
  if (current !== null && ctx.now.getTime() - current.effectiveAt.getTime() < demoRateAgeMs) return;
  await withTransaction(ctx, (tx) =>
    addRate(tx, { rateMicros: current?.rateMicros ?? demoRateMicros, effectiveAt: ctx.now, source: "demo", enteredBy: "system:demo-rate", confirmedBy: "system:demo-rate-check" }),
  );
}

/** Carries the running totals on, so that a look at the books sums only what is new; in steps, each in a transaction of its own. */
export async function countLedger(ctx: Ctx, journalsAtOnce = 50_000): Promise<void> {
  for (let more = true; more;) {
    const [row] = await withTransaction(ctx, async (tx) => [...(await tx.db.execute<{ more: boolean }>(sql`select count_ledger(${journalsAtOnce}) as more`))]);
    more = row?.more === true;
  }
}

/** Sums every entry anew: what was changed behind the totals' back is found here, and only here. */
async function recountLedger(ctx: Ctx): Promise<void> {
  await countLedger(ctx);
  const wrong = await listWrongTotals();
  if (wrong.length === 0) return;
  log.error({ accounts: wrong.slice(0, 20) }, "the books' running totals differ from their entries");
  await raiseEvent(ctx, { event: "ledger.differs", fields: { accounts: wrong.length, first: wrong[0] ?? "" } });
}

export const ledgerSweeps: Sweep[] = [
  {
    name: "ledger.count",
    everyMs: minuteMs,
    access: { room: "ledger", permissions: [], may: "Adds what was posted to the running totals; posts nothing." },
    run: countLedger,
  },
  {
    name: "ledger.recount",
    everyMs: dayMs,
    access: { room: "ledger", permissions: [], may: "Compares the running totals with all entries and raises what differs." },
    run: recountLedger,
  },
  {
    name: "ledger.refresh-demo-rate",
    everyMs: 10 * minuteMs,
    access: { room: "ledger", permissions: [], may: "Keeps the demo's reference rate fresh; elsewhere it does nothing." },
    run: refreshDemoRate,
  },
];
