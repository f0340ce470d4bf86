import type { Overview, OverviewQueue } from "@/lib/overview/contract";
import type { NavId } from "./nav-items.ts";

export type NavCounts = Partial<Record<NavId, number>>;

// Only what waits for the reader is counted beside a place; what moves by itself or waits for others is not.
const places: Record<OverviewQueue["key"], NavId | null> = {
  sign: "payouts",
  release: "payouts",
  mine: "payouts",
  unknown: "payouts",
  moving: "payouts",
  stopped_accounts: "accounts",
  deliveries: "webhooks",
  failed_payments: null,
  trail: "audit",
  access_changes: "users",
  access_review: "reviews",
};

/** How much waits in each place of the desk, from the viewer's own queues. */
export function countsOf(overview: Pick<Overview, "queues">): NavCounts {
  const counts: NavCounts = {};
  for (const queue of overview.queues) {
    const place = places[queue.key];
    if (place !== null) counts[place] = (counts[place] ?? 0) + queue.count - (queue.watched ?? 0);
  }
  return counts;
}
