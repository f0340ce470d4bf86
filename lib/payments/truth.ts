import { and, eq } from "drizzle-orm";
import { accounts } from "@/db/schema/accounts";
import { orders, payments, paymentLinks } from "@/db/schema/payments";
import { recordAudit } from "@/lib/audit";
import { withoutPersonal } from "@/lib/audit/policy";
import { cashfree, type GatewayOrder, type GatewayPayment } from "@/lib/cashfree";
import { read, refreshed, withTransaction, type Ctx, type Tx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { postCapture } from "@/lib/ledger";
import { formatPaise } from "@/lib/money";
import { dayMs, hourMs, minuteMs, plusMs } from "@/lib/time";
import { indexMovement, recordEvidence, type Movement } from "@/lib/transactions";
import { blindIndex } from "@/lib/vault";
import type { PaymentStatus } from "./contract.ts";
import { certain } from "./gateway-answers.ts";
import { laterPaymentStatus, paymentStatusOf } from "./policy.ts";
import { maskCustomer, type LinkRecord } from "./records.ts";

/** What was learned: whether the gateway knows the order, and the payments of ours that it is about. */
export type PaymentTruth = { known: boolean; paymentIds: string[]; linkId: string | null };

type Origin = { gatewayOrderId: string; amountPaise: GatewayOrder["amountPaise"]; link: LinkRecord | null };

/** Asks the gateway how an order's payments stand and applies exactly that; events only say when to ask. */
export async function applyPaymentTruth(ctx: Ctx, asked: { orderId: string }): Promise<PaymentTruth> {
  const gateway = cashfree();
  const origin = (await findOrigin(asked.orderId)) ?? (await askOrigin(asked.orderId, () => gateway.getOrder(asked.orderId, { requestId: ctx.requestId })));
  if (origin === null) return { known: false, paymentIds: [], linkId: null };
  const told = certain(await gateway.listOrderPayments(asked.orderId, { requestId: ctx.requestId }), "this order") ?? [];
  const paymentIds: string[] = [];
  const fresh = refreshed(ctx);
  for (const payment of told) {
    const id = await applyOne(fresh, origin, payment);
    if (id !== null) paymentIds.push(id);
  }
  return { known: true, paymentIds, linkId: origin.link?.id ?? null };
}

async function findOrigin(gatewayOrderId: string): Promise<Origin | null> {
  const [row] = await read((db) =>
    db.select({ order: orders, link: paymentLinks }).from(orders).leftJoin(paymentLinks, eq(paymentLinks.id, orders.linkId)).where(eq(orders.gatewayOrderId, gatewayOrderId)),
  );
  return row === undefined ? null : { gatewayOrderId, amountPaise: row.order.amountPaise, link: row.link };
}

async function askOrigin(orderId: string, ask: () => ReturnType<ReturnType<typeof cashfree>["getOrder"]>): Promise<Origin | null> {
  const order = certain(await ask(), "this order");
  return order === null ? null : originOf(order, order.tags["link_id"] ?? null);
}

/** An order belongs to whom our own link row says; without one it is nobody's yet. */
export async function originOf(order: GatewayOrder, linkId: string | null): Promise<Origin> {
  const [link] = linkId === null ? [] : await read((db) => db.select().from(paymentLinks).where(eq(paymentLinks.id, linkId)));
  return { gatewayOrderId: order.orderId, amountPaise: order.amountPaise, link: link ?? null };
}

async function applyOne(ctx: Ctx, origin: Origin, told: GatewayPayment): Promise<string | null> {
  if (told.currency !== "INR") throw new AppError("bad_gateway", "payment_currency", "The gateway reports a payment in another currency than INR.");
  if (told.amountPaise <= 0n) return null;
  const facts = await movementFacts(origin, told);
  return withTransaction(ctx, async (tx) => {
    const order = await ensureOrder(tx, origin);
    const before = await lockPayment(tx, { order, told });
    const status = before.fresh ? paymentStatusOf(told) : laterPaymentStatus(before.status, paymentStatusOf(told));
    const learned = before.fresh || status !== before.status || (told.bankReference !== null && told.bankReference !== before.bankReference);
    await tx.db
      .update(payments)
      .set({
        status,
        nextCheckAt: nextCheck(status, { now: ctx.now, since: before.createdAt }),
        ...(learned
          ? {
              method: told.group ?? told.method,
              message: told.message === null ? null : withoutPersonal(told.message).slice(0, 200),
              paidAt: told.paidAt,
              updatedAt: ctx.now,
              ...(told.bankReference === null ? {} : { bankReference: told.bankReference }),
            }
          : {}),
      })
      .where(and(eq(payments.id, before.id), eq(payments.status, before.status)));
    if (learned) await recordMove(tx, { id: before.id, before: before.fresh ? null : before.status, status, order, told, facts });
    return before.id;
  });
}

type OrderRow = { id: string; accountId: string | null; gatewayOrderId: string };

async function ensureOrder(tx: Tx, origin: Origin): Promise<OrderRow> {
  const { gatewayOrderId, amountPaise, link } = origin;
  await tx.db
    .insert(orders)
    .values({ id: newId("order"), gatewayOrderId, accountId: link?.accountId ?? null, linkId: link?.id ?? null, amountPaise, createdAt: tx.ctx.now })
    .onConflictDoNothing({ target: orders.gatewayOrderId });
  const [order] = await tx.db
    .select({ id: orders.id, accountId: orders.accountId, gatewayOrderId: orders.gatewayOrderId })
    .from(orders)
    .where(eq(orders.gatewayOrderId, gatewayOrderId));
  if (order === undefined) throw new AppError("internal", "order_lost", "The order could not be recorded.");
  return order;
}

type Locked = { id: string; fresh: boolean; status: PaymentStatus; bankReference: string | null; createdAt: Date };

async function lockPayment(tx: Tx, at: { order: OrderRow; told: GatewayPayment }): Promise<Locked> {
  const { order, told } = at;
  const id = newId("payment");
  const added = await tx.db
    .insert(payments)
    .values({
      id,
      cfPaymentId: told.cfPaymentId,
      orderId: order.id,
      accountId: order.accountId,
      amountPaise: told.amountPaise,
      status: "pending",
      createdAt: tx.ctx.now,
      updatedAt: tx.ctx.now,
    })
    .onConflictDoNothing({ target: payments.cfPaymentId })
    .returning({ id: payments.id });
  if (added.length > 0) return { id, fresh: true, status: "pending", bankReference: null, createdAt: tx.ctx.now };
  const [row] = await tx.db.select().from(payments).where(eq(payments.cfPaymentId, told.cfPaymentId)).for("update");
  if (row === undefined) throw new AppError("internal", "payment_lost", "The payment could not be recorded.");
  if (row.orderId !== order.id || row.amountPaise !== told.amountPaise)
    throw new AppError("bad_gateway", "payment_differs", "The gateway now reports another order or amount for a payment that is already recorded.");
  return { id: row.id, fresh: false, status: row.status, bankReference: row.bankReference, createdAt: row.createdAt };
}

/** An open payment is asked about again, less and less often, for three days. */
function nextCheck(status: PaymentStatus, at: { now: Date; since: Date }): Date | null {
  if (status === "succeeded" || status === "failed" || status === "dropped") return null;
  const ageMs = at.now.getTime() - at.since.getTime();
  return ageMs > 3 * dayMs ? null : plusMs(at.now, Math.min(Math.max(ageMs / 2, minuteMs / 2), hourMs));
}

type Facts = Pick<Movement, "counterparty" | "contactMask" | "phoneIndex" | "emailIndex" | "vpaIndex" | "linkId" | "relatedIds">;

async function movementFacts(origin: Origin, told: GatewayPayment): Promise<Facts> {
  const { link } = origin;
  const masks = link === null ? null : await maskCustomer(link);
  return {
    linkId: link?.id ?? null,
    counterparty: masks?.name ?? masks?.phone ?? null,
    contactMask: masks === null ? null : [masks.phone, masks.email].filter((mask) => mask !== null).join(" · "),
    phoneIndex: link?.phoneIndex ?? null,
    emailIndex: link?.emailIndex ?? null,
    relatedIds: [link?.cfLinkId ?? null].filter((id) => id !== null),
    ...(told.payerVpa === null ? {} : { vpaIndex: await blindIndex("payer.vpa", told.payerVpa.reveal()) }),
  };
}

const movementStatus = { pending: "pending", dropped: "cancelled", failed: "failed", succeeded: "succeeded" } as const satisfies Record<PaymentStatus, Movement["status"]>;
const sentences: Record<PaymentStatus, string> = {
  pending: "The gateway reports the payment as started and not finished.",
  dropped: "The gateway reports that the payer left without paying.",
  failed: "The gateway reports the payment as failed.",
  succeeded: "The gateway reports the payment as captured.",
};

type Move = { id: string; before: PaymentStatus | null; status: PaymentStatus; order: OrderRow; told: GatewayPayment; facts: Facts };

async function recordMove(tx: Tx, move: Move): Promise<void> {
  const { id, before, status, order, told, facts } = move;
  const captured = status === "succeeded" && before !== "succeeded";
  await indexMovement(tx, {
    kind: "payment",
    sourceId: id,
    status: movementStatus[status],
    amountPaise: told.amountPaise,
    occurredAt: told.paidAt ?? tx.ctx.now,
    accountId: order.accountId,
    method: told.group ?? told.method,
    gatewayId: told.cfPaymentId,
    orderId: order.gatewayOrderId,
    ...facts,
    relatedIds: [order.id, ...(facts.relatedIds ?? [])],
    ...(told.bankReference === null ? {} : { bankReference: told.bankReference }),
  });
  await recordEvidence(tx, {
    kind: "payment",
    sourceId: id,
    channel: "gateway",
    sentence: sentences[status],
    reference: `payments/${id}`,
    detail: { status: told.statusRaw, cashfreePayment: told.cfPaymentId, ...(told.errorCode === null ? {} : { error: told.errorCode }) },
  });
  if (captured) await book(tx, move);
  await recordAudit(tx, {
    verb: "payment.apply",
    objectKind: "payment",
    objectId: id,
    before: before === null ? null : { status: before },
    after: { status, amountPaise: told.amountPaise.toString(), orderId: order.gatewayOrderId },
  });
}

async function book(tx: Tx, { id, order, told }: Move): Promise<void> {
  const [account] = order.accountId === null ? [] : await tx.db.select({ fundsAvailable: accounts.fundsAvailable }).from(accounts).where(eq(accounts.id, order.accountId));
  const availableAtCapture = account?.fundsAvailable === "at_capture";
  const posted = await postCapture(tx, { paymentId: id, accountId: order.accountId, amountPaise: told.amountPaise, availableAtCapture, at: tx.ctx.now });
  if (!posted) return;
  const where =
    order.accountId === null
      ? "to suspense, because no link of ours says whose it is"
      : availableAtCapture
        ? "to the account, available at once"
        : "to the account, pending settlement";
  await recordEvidence(tx, {
    kind: "payment",
    sourceId: id,
    channel: "ledger",
    sentence: `${formatPaise(told.amountPaise)} booked ${where}.`,
    reference: `journals/payment:${id}`,
  });
}
