import { and, asc, eq, isNotNull, lte, min } from "drizzle-orm";
import { orders, payments, paymentLinks } from "@/db/schema/payments";
import { read, refreshed, withTransaction, type Ctx, type Tx } from "@/lib/context";
import type { Job, Sweep } from "@/lib/jobs";
import { log } from "@/lib/monitoring";
import { plusMs, secondMs } from "@/lib/time";
import { refreshLink } from "./links.ts";
import { applyPaymentTruth } from "./truth.ts";

const atOnce = 20;

export const paymentJobs: Job[] = [
  {
    name: "link.check",
    access: { room: "payments", permissions: [], may: "Asks the gateway about one link and records what it says." },
    run: async (ctx, { id }) => {
      if (id !== undefined) await refreshLink(ctx, id);
    },
  },
];

export const paymentSweeps: Sweep[] = [
  { name: "payments.links", everyMs: 5 * secondMs, access: { room: "payments", permissions: [], may: "Asks the gateway about links that are due." }, run: sweepLinks },
  { name: "payments.open", everyMs: 5 * secondMs, access: { room: "payments", permissions: [], may: "Asks the gateway about payments that are open." }, run: sweepPayments },
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
    await attempt({ ctx, kind: "link", id }, async (fresh) => {
      await later(fresh, (tx, at) =>
        tx.db
          .update(paymentLinks)
          .set({ nextCheckAt: at })
          .where(and(eq(paymentLinks.id, id), lte(paymentLinks.nextCheckAt, fresh.now))),
      );
      await refreshLink(fresh, id);
    });
  }
}

async function sweepPayments(ctx: Ctx): Promise<void> {
  const due = await read((db) =>
    db
      .select({ id: orders.id, orderId: orders.gatewayOrderId })
      .from(payments)
      .innerJoin(orders, eq(orders.id, payments.orderId))
      .where(and(isNotNull(payments.nextCheckAt), lte(payments.nextCheckAt, ctx.now)))
      .groupBy(orders.id)
      .orderBy(asc(min(payments.nextCheckAt)))
      .limit(atOnce),
  );
  for (const { id, orderId } of due) {
    await attempt({ ctx, kind: "order", id: orderId }, async (fresh) => {
      await later(fresh, (tx, at) =>
        tx.db
          .update(payments)
          .set({ nextCheckAt: at })
          .where(and(eq(payments.orderId, id), lte(payments.nextCheckAt, fresh.now))),
      );
      await applyPaymentTruth(fresh, { orderId });
    });
  }
}

// Pushed back before it is asked about: one that never answers, or always fails, waits its turn again and starves nobody.
async function later(ctx: Ctx, push: (tx: Tx, at: Date) => Promise<unknown>): Promise<void> {
  await withTransaction(ctx, async (tx) => void (await push(tx, plusMs(ctx.now, 30 * secondMs))));
}

// One in trouble, whatever the trouble, must not keep the others waiting. Each is asked at its own moment.
async function attempt(at: { ctx: Ctx; kind: string; id: string }, run: (fresh: Ctx) => Promise<unknown>): Promise<void> {
  try {
    await run(refreshed(at.ctx));
  } catch (error) {
    log.warn({ kind: at.kind, id: at.id, error }, "could not be asked about; a later sweep tries again");
  }
}
