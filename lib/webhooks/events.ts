import { and, eq, sql } from "drizzle-orm";
import { webhookEvents } from "@/db/schema/webhooks";
import { recordAudit } from "@/lib/audit";
import { parseWebhook, type WebhookEvent, type WebhookSubject } from "@/lib/cashfree";
import { read, withTransaction, type Ctx } from "@/lib/context";
import { AppError, isAppError } from "@/lib/errors";
import type { Job, Sweep } from "@/lib/jobs";
import { log } from "@/lib/monitoring";
import { applyPaymentTruth, refreshLink } from "@/lib/payments";
import { applyTransferTruth } from "@/lib/payouts";
import { plusMs, secondMs } from "@/lib/time";
import { recordEvidence, type Evidence } from "@/lib/transactions";
import { unsealBytes } from "@/lib/vault";
import type { WebhookStatus } from "./contract.ts";

type Stored = typeof webhookEvents.$inferSelect;

/** What became of a delivery: its end state, why, and the movements it was about. */
type Outcome = { status: Exclude<WebhookStatus, "received">; note: string | null; movements: Pick<Evidence, "kind" | "sourceId">[] };

export const webhookJobs: Job[] = [
  {
    name: "webhook.apply",
    access: { room: "webhooks", permissions: [], may: "Asks the gateway about what a delivery names and records the answer." },
    run: async (ctx, { id }) => {
      if (id !== undefined) await applyDelivery(ctx, id);
    },
  },
];

export const webhookSweeps: Sweep[] = [
  { name: "webhooks.waiting", everyMs: 5 * secondMs, access: { room: "webhooks", permissions: [], may: "Finds deliveries whose nudge was lost." }, run: nudgeWaiting },
];

/** Applies one delivery. It says only what to ask about: amounts and states come from the API, whatever its body claims. */
async function applyDelivery(ctx: Ctx, id: string): Promise<void> {
  const [stored] = await read((db) => db.select().from(webhookEvents).where(eq(webhookEvents.id, id)));
  if (stored === undefined || stored.status !== "received") return;
  const raw = await unsealBytes({ table: "webhook_events", column: "body_ct", rowId: id }, stored.bodyCt);
  const event = parseWebhook(raw);
  const warned = await sameKeyOtherBody(stored);
  if (event === "unparseable")
    return finish(ctx, stored, { event: null, outcome: { status: "for_a_person", note: "It is authentic, but its body is not a readable event.", movements: [] } });
  const outcome = await applySubject(ctx, event.subject);
  const note = [outcome.note, warned ? "An earlier delivery had the same key and another body." : null].filter((part) => part !== null).join(" ");
  await finish(ctx, stored, { event, outcome: { ...outcome, note: note === "" ? null : note } });
}

async function applySubject(ctx: Ctx, subject: WebhookSubject): Promise<Outcome> {
  if (subject.kind === "unknown") return { status: "ignored", note: "No rule here needs this kind of event.", movements: [] };
  try {
    if (subject.kind === "transfer") return await applyTransfer(ctx, subject.transferId);
    const linkId = subject.linkId;
    const ordered = subject.orderId === null ? null : await applyPaymentTruth(ctx, { orderId: subject.orderId });
    const link = ordered?.linkId ?? linkId;
    const linked = link === null || !/^lnk_[0-9a-z]{26}$/.test(link) ? null : await refreshOwnLink(ctx, link, { orders: ordered === null });
    const paymentIds = [...new Set([...(ordered?.paymentIds ?? []), ...(linked ?? [])])];
    if (ordered?.known !== true && linked === null) return { status: "for_a_person", note: "The gateway's API knows neither this order nor this link.", movements: [] };
    return { status: "applied", note: null, movements: paymentIds.map((sourceId) => ({ kind: "payment", sourceId })) };
  } catch (error) {
    // What the API contradicts will not get better by itself; everything else is tried again.
    if (isAppError(error, "payment_differs") || isAppError(error, "payment_currency") || isAppError(error, "link_differs"))
      return { status: "for_a_person", note: error.message, movements: [] };
    throw error;
  }
}

async function refreshOwnLink(ctx: Ctx, linkId: string, options: { orders: boolean }): Promise<string[] | null> {
  try {
    const { known, paymentIds } = await refreshLink(ctx, linkId, options);
    return known ? paymentIds : null;
  } catch (error) {
    if (isAppError(error, "link_not_found")) return null;
    throw error;
  }
}

async function applyTransfer(ctx: Ctx, transferId: string): Promise<Outcome> {
  const truth = await applyTransferTruth(ctx, transferId);
  if (truth === "unanswered") throw new AppError("bad_gateway", "gateway_unanswered", "Cashfree did not say how this transfer stands. It is asked again by itself.");
  if (truth === "not_ours") return { status: "for_a_person", note: "This transfer is none of ours.", movements: [] };
  if (truth === "mismatch")
    return { status: "for_a_person", note: "The gateway's record of this transfer differs from what was asked for.", movements: [{ kind: "payout", sourceId: transferId }] };
  return { status: "applied", note: null, movements: [{ kind: "payout", sourceId: transferId }] };
}

/** The same key with another body is either a careless sender or someone who holds the secret: people must know. */
async function sameKeyOtherBody(stored: Stored): Promise<boolean> {
  const [other] = await read((db) =>
    db
      .select({ id: webhookEvents.id })
      .from(webhookEvents)
      .where(
        and(
          eq(webhookEvents.source, stored.source),
          eq(webhookEvents.dedupeKey, stored.dedupeKey),
          sql`${webhookEvents.id} < ${stored.id}`,
          sql`${webhookEvents.bodyHash} <> ${stored.bodyHash}`,
        ),
      )
      .limit(1),
  );
  if (other === undefined) return false;
  log.error({ alert: "webhook_key_reused", event: stored.id, earlier: other.id, source: stored.source }, "two authentic webhooks carry the same key and different bodies");
  return true;
}

async function finish(ctx: Ctx, stored: Stored, at: { event: WebhookEvent | null; outcome: Outcome }): Promise<void> {
  const { event, outcome } = at;
  const subject = event === null ? null : nameOf(event.subject);
  await withTransaction(ctx, async (tx) => {
    const done = await tx.db
      .update(webhookEvents)
      .set({
        status: outcome.status,
        note: outcome.note,
        eventType: event?.type.slice(0, 80) ?? null,
        subjectKind: subject?.kind ?? null,
        subjectId: subject?.id ?? null,
        handledAt: ctx.now,
      })
      .where(and(eq(webhookEvents.id, stored.id), eq(webhookEvents.status, "received")))
      .returning({ id: webhookEvents.id });
    if (done.length === 0) return;
    await recordAudit(tx, {
      verb: "webhook.apply",
      objectKind: "webhook",
      objectId: stored.id,
      after: { status: outcome.status, type: event?.type.slice(0, 80) ?? null, lane: stored.lane },
    });
    for (const movement of outcome.movements) {
      await recordEvidence(tx, {
        ...movement,
        channel: "webhook",
        sentence: `Cashfree sent ${event?.type ?? "an event"}; the API was asked and its answer applied.`,
        reference: `webhook_events/${stored.id}`,
        detail: { lane: stored.lane, secret: stored.signedWith },
      });
    }
  });
}

function nameOf(subject: WebhookSubject): { kind: string; id: string } | null {
  switch (subject.kind) {
    case "payment":
      return { kind: "payment", id: subject.cfPaymentId.slice(0, 80) };
    case "link":
      return { kind: "link", id: subject.linkId.slice(0, 80) };
    case "transfer":
      return { kind: "transfer", id: subject.transferId.slice(0, 80) };
    case "unknown":
      return null;
  }
}

/** Deliveries whose nudge was lost get a new one; those whose nudge waits or runs keep it. */
async function nudgeWaiting(ctx: Ctx): Promise<void> {
  const before = plusMs(ctx.now, -5 * secondMs).toISOString();
  const at = ctx.now.toISOString();
  await read((db) =>
    db.execute(sql`
    insert into jobs (id, name, key, payload, run_at, created_at)
    select 'job' || substr(w.id, 3), 'webhook.apply', w.id, jsonb_build_object('id', w.id), ${at}::timestamptz, ${at}::timestamptz
    from webhook_events w
    where w.status = 'received' and w.received_at < ${before}::timestamptz
      and not exists (select 1 from jobs j where j.name = 'webhook.apply' and j.key = w.id)
    order by w.id limit 200
    on conflict do nothing`),
  );
}
