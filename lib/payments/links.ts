import { eq } from "drizzle-orm";
import { paymentLinks } from "@/db/schema/payments";
import { recordAudit } from "@/lib/audit";
import { cashfree, type GatewayLink } from "@/lib/cashfree";
import { refreshed, withTransaction, type Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { dayMs, hourMs, minuteMs, plusMs, secondMs } from "@/lib/time";
import type { LinkStatus } from "./contract.ts";
import { certain, gatewayEnvironment } from "./gateway-answers.ts";
import { nextLinkStatus } from "./policy.ts";
import { loadLink, revealCustomer, type LinkRecord } from "./records.ts";
import { applyPaymentTruth } from "./truth.ts";

const openStatuses: readonly LinkStatus[] = ["creating", "active", "partially_paid"];

/**
 * Sends a link that has its row to the gateway and records the answer. Our id is the gateway's natural key, so sending
 * it again cannot make a second link. Whatever is not known stays `creating` and is asked about by the sweep.
 */
export async function openAtGateway(ctx: Ctx, link: LinkRecord): Promise<void> {
  const customer = await revealCustomer(link);
  const result = await cashfree().createLink(
    {
      linkId: link.id,
      amountPaise: link.amountPaise,
      purpose: link.purpose,
      customer: { phone: customer.phone, ...(customer.email === null ? {} : { email: customer.email }), ...(customer.name === null ? {} : { name: customer.name }) },
      expiresAt: link.expiresAt,
      notify: { sms: false, email: false },
    },
    { requestId: ctx.requestId },
  );
  if (result.kind === "answer") return recordLinkTruth(ctx, link, result.value);
  if (result.kind === "refused") return recordRefusal(ctx, link, result.code);
  if (result.kind !== "already_exists") return;
  const there = certain(await cashfree().getLink(link.id, { requestId: ctx.requestId }), "this link");
  if (there !== null) await recordLinkTruth(ctx, link, there);
}

/** Asks the gateway how a link (and, unless told otherwise, the orders under it) stands, and applies exactly that. */
export async function refreshLink(ctx: Ctx, linkId: string, options: { orders: boolean } = { orders: true }): Promise<{ known: boolean; paymentIds: string[] }> {
  const link = await loadLink(linkId);
  if (link.environment !== gatewayEnvironment()) {
    await stopAsking(ctx, link);
    return { known: false, paymentIds: [] };
  }
  const told = certain(await cashfree().getLink(link.id, { requestId: ctx.requestId }), "this link");
  if (told === null) {
    if (isLongOver(link, ctx.now)) await stopAsking(ctx, link);
    else if (link.status === "creating") await openAtGateway(ctx, link);
    return { known: false, paymentIds: [] };
  }
  const found = !options.orders ? [] : (certain(await cashfree().listLinkOrders({ linkId: link.id, status: "ALL" }, { requestId: ctx.requestId }), "this link's orders") ?? []);
  const paymentIds: string[] = [];
  for (const order of found) paymentIds.push(...(await applyPaymentTruth(ctx, { orderId: order.orderId })).paymentIds);
  await recordLinkTruth(ctx, link, told);
  return { known: true, paymentIds };
}

/** Nobody can pay it any more, and whoever did was told about long ago. */
function isLongOver(link: Pick<LinkRecord, "expiresAt">, now: Date): boolean {
  return now.getTime() > link.expiresAt.getTime() + dayMs;
}

/** What this gateway will never know is not asked about for ever; the row stays as it was. */
function stopAsking(ctx: Ctx, { id, nextCheckAt }: LinkRecord): Promise<void> {
  return nextCheckAt === null ? Promise.resolve() : change(ctx, id, () => ({ set: { nextCheckAt: null }, audit: null }));
}

const told: Record<Exclude<GatewayLink["status"], "UNRECOGNISED">, LinkStatus> = {
  ACTIVE: "active",
  PAID: "paid",
  PARTIALLY_PAID: "partially_paid",
  EXPIRED: "expired",
  CANCELLED: "cancelled",
};

function recordLinkTruth(asked: Ctx, { id }: LinkRecord, answer: GatewayLink): Promise<void> {
  const ctx = refreshed(asked);
  return change(ctx, id, (link) => {
    if (answer.amountPaise !== link.amountPaise || answer.currency !== "INR")
      throw new AppError("bad_gateway", "link_differs", "The gateway reports another amount for this link than the one asked for.");
    const status = answer.status === "UNRECOGNISED" ? (link.status === "creating" ? "active" : link.status) : nextLinkStatus(link.status, told[answer.status]);
    const paidPaise = answer.amountPaidPaise > link.paidPaise ? answer.amountPaidPaise : link.paidPaise;
    const url = answer.url ?? link.url;
    const changed = status !== link.status || paidPaise !== link.paidPaise || url !== link.url;
    return {
      set: {
        status,
        paidPaise,
        cfLinkId: answer.cfLinkId,
        url,
        nextCheckAt: nextCheck({ ...link, status }, { now: ctx.now, changed }),
        ...(changed ? { updatedAt: ctx.now } : {}),
      },
      audit: changed ? { verb: "link.apply", before: { status: link.status, paidPaise: link.paidPaise.toString() }, after: { status, paidPaise: paidPaise.toString() } } : null,
    };
  });
}

function recordRefusal(asked: Ctx, { id }: LinkRecord, code: string): Promise<void> {
  const ctx = refreshed(asked);
  return change(ctx, id, (link) => {
    if (link.status !== "creating") return null;
    return {
      set: { status: "refused", nextCheckAt: null, updatedAt: ctx.now },
      audit: { verb: "link.refused", before: { status: link.status }, after: { status: "refused", gatewayCode: code } },
    };
  });
}

type Change = {
  set: Partial<typeof paymentLinks.$inferInsert>;
  audit: { verb: string; before: Record<string, string>; after: Record<string, string> } | null;
};

// The row is locked before the decision: two answers at once are both applied, in whichever order, forward only.
async function change(ctx: Ctx, id: string, decide: (link: LinkRecord) => Change | null): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const [link] = await tx.db.select().from(paymentLinks).where(eq(paymentLinks.id, id)).for("update");
    const change = link === undefined ? null : decide(link);
    if (change === null) return;
    await tx.db.update(paymentLinks).set(change.set).where(eq(paymentLinks.id, id));
    if (change.audit !== null) await recordAudit(tx, { ...change.audit, objectKind: "link", objectId: id });
  });
}

/** An open link is asked about every half minute at first, then less often; an ended one once more, for late money. */
export function nextCheck(link: Pick<LinkRecord, "status" | "createdAt" | "expiresAt">, at: { now: Date; changed: boolean }): Date | null {
  if (!openStatuses.includes(link.status)) return at.changed && link.status !== "refused" ? plusMs(at.now, 15 * minuteMs) : null;
  const ageMs = at.now.getTime() - link.createdAt.getTime();
  if (isLongOver(link, at.now)) return null;
  return plusMs(at.now, Math.min(Math.max(ageMs / 4, 30 * secondMs), hourMs / 2));
}
