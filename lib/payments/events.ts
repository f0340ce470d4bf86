import { and, asc, eq, isNotNull, lte } from "drizzle-orm";
import { orders, payments, paymentLinks } from "@/db/schema/payments";
import { read, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { isAppError } from "@/lib/errors";
import type { Job, Sweep } from "@/lib/jobs";
import { log } from "@/lib/monitoring";
import { plusMs, secondMs } from "@/lib/time";
import { refreshLink } from "./links.ts";
import { applyPaymentTruth } from "./truth.ts";

const atOnce = 20;

export const paymentJobs: Job[] = [
  {
    name: "link.check",
    run: async (ctx, { id }) => {
      if (id !== undefined) await refreshLink(ctx, id);
    },
  },
];

export const paymentSweeps: Sweep[] = [
  { name: "payments.links", everyMs: 5 * secondMs, run: sweepLinks },
  { name: "payments.open", everyMs: 5 * secondMs, run: sweepPayments },
];

/** Asks about every link that is due: this finds what a lost webhook would have said, and finishes links left `creating`. */
async function sweepLinks(ctx: Ctx): Promise<void> {
  const due = await read((db) =>
    db
      .select({ id: paymentLinks.id })
      .from(paymentLinks)
      .where(and(isNotNull(paymentLinks.nextCheckAt), lte(paymentLinks.nextCheckAt, ctx.now)))
      .orderBy(asc(paymentLinks.nextCheckAt))
      .limit(atOnce),
  );
  for (const { id } of due) {
    await attempt("link", id, () => refreshLink(ctx, id));
    await later(ctx, (tx) =>
      tx.db
        .update(paymentLinks)
        .set({ nextCheckAt: plusMs(ctx.now, 30 * secondMs) })
        .where(and(eq(paymentLinks.id, id), lte(paymentLinks.nextCheckAt, ctx.now))),
    );
  }
}

async function sweepPayments(ctx: Ctx): Promise<void> {
  const due = await read((db) =>
    db
      .selectDistinct({ id: orders.id, orderId: orders.gatewayOrderId })
      .from(payments)
      .innerJoin(orders, eq(orders.id, payments.orderId))
      .where(and(isNotNull(payments.nextCheckAt), lte(payments.nextCheckAt, ctx.now)))
      .limit(atOnce),
  );
  for (const { id, orderId } of due) {
    await attempt("order", orderId, () => applyPaymentTruth(ctx, { orderId }));
    await later(ctx, (tx) =>
      tx.db
        .update(payments)
        .set({ nextCheckAt: plusMs(ctx.now, 30 * secondMs) })
        .where(and(eq(payments.orderId, id), lte(payments.nextCheckAt, ctx.now))),
    );
  }
}

// What is still due after being asked about waits its turn again, so that a few that never answer cannot starve the rest.
async function later(ctx: Ctx, push: (tx: Tx) => Promise<unknown>): Promise<void> {
  await withTransaction(ctx, async (tx) => void (await push(tx)));
}

// One that cannot be asked now must not keep the others waiting.
async function attempt(kind: string, id: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!isAppError(error)) throw error;
    log.warn({ kind, id, error }, "could not be asked about; the next sweep tries again");
  }
}
