import { config } from "@/lib/config";
import { withTransaction, type Ctx } from "@/lib/context";
import type { Sweep } from "@/lib/jobs";
import { hourMs, minuteMs } from "@/lib/time";
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

export const ledgerSweeps: Sweep[] = [
  {
    name: "ledger.refresh-demo-rate",
    everyMs: 10 * minuteMs,
    access: { room: "ledger", permissions: [], may: "Keeps the demo's reference rate fresh; elsewhere it does nothing." },
    run: refreshDemoRate,
  },
];
