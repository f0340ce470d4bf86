import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import { webhookEvents } from "@/db/schema/webhooks";
import { read, type Ctx } from "@/lib/context";
import { toIst } from "@/lib/time";
import type { WebhookListQuery, WebhookPage, WebhookRow } from "./contract.ts";
import { activeSecrets, fingerprint } from "./receive.ts";

const pageSize = 50;

const columns = {
  id: webhookEvents.id,
  source: webhookEvents.source,
  receivedAt: webhookEvents.receivedAt,
  lane: webhookEvents.lane,
  status: webhookEvents.status,
  eventType: webhookEvents.eventType,
  subjectKind: webhookEvents.subjectKind,
  subjectId: webhookEvents.subjectId,
  signedWith: webhookEvents.signedWith,
  headers: webhookEvents.headers,
  bodyBytes: webhookEvents.bodyBytes,
  note: webhookEvents.note,
  handledAt: webhookEvents.handledAt,
};

/** One page of deliveries, newest first, without their bodies. */
export async function listWebhooks(_ctx: Ctx, query: WebhookListQuery): Promise<WebhookPage> {
  const where: SQL[] = [];
  if (query.source !== undefined) where.push(eq(webhookEvents.source, query.source));
  if (query.status !== undefined) where.push(eq(webhookEvents.status, query.status));
  if (query.cursor !== undefined) where.push(lt(webhookEvents.id, query.cursor));
  const [rows, newest] = await Promise.all([
    read((db) =>
      db
        .select(columns)
        .from(webhookEvents)
        .where(and(...where))
        .orderBy(desc(webhookEvents.id))
        .limit(pageSize + 1),
    ),
    read((db) => db.select({ at: webhookEvents.receivedAt }).from(webhookEvents).orderBy(desc(webhookEvents.id)).limit(1)),
  ]);
  const current = new Set(
    (["payments", "payouts"] as const).flatMap((source) =>
      activeSecrets(source)
        .slice(0, 1)
        .map((secret) => `${source}:${fingerprint(secret)}`),
    ),
  );
  const page = rows.slice(0, pageSize);
  const items = page.map(({ headers, ...row }): WebhookRow => ({
    ...row,
    receivedAt: toIst(row.receivedAt),
    handledAt: row.handledAt === null ? null : toIst(row.handledAt),
    signedWithCurrent: current.has(`${row.source}:${row.signedWith}`),
    attempt: headers["x-webhook-attempt"] ?? null,
  }));
  const newestAt = newest[0]?.at;
  return { items, nextCursor: rows.length > pageSize ? (page.at(-1)?.id ?? null) : null, newestAt: newestAt === undefined ? null : toIst(newestAt) };
}
