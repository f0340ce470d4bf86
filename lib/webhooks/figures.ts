import { asc, count, eq } from "drizzle-orm";
import { webhookEvents } from "@/db/schema/webhooks";
import { read } from "@/lib/context";
import { toIst } from "@/lib/time";

/** Authentic deliveries that only a person can make sense of, and since when the oldest waits. */
export async function countForAPerson(): Promise<{ count: number; oldestAt: string | null }> {
  const waiting = eq(webhookEvents.status, "for_a_person");
  const [[total], [oldest]] = await Promise.all([
    read((db) => db.select({ count: count() }).from(webhookEvents).where(waiting)),
    read((db) => db.select({ at: webhookEvents.receivedAt }).from(webhookEvents).where(waiting).orderBy(asc(webhookEvents.receivedAt)).limit(1)),
  ]);
  return { count: total?.count ?? 0, oldestAt: oldest === undefined ? null : toIst(oldest.at) };
}
