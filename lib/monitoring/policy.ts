import { dayMs, hourMs } from "@/lib/time";
import type { EventSpan, SecurityEventRow, SecuritySearch } from "./contract.ts";

export const spanMs: Record<EventSpan, number> = { "1h": hourMs, "24h": dayMs, "7d": 7 * dayMs, "30d": 30 * dayMs };

/** Whether an event that has just happened belongs in a list narrowed like this. */
export function matchesSearch(row: SecurityEventRow, search: SecuritySearch): boolean {
  return (
    (search.severity === undefined || row.severity === search.severity) &&
    (search.event === undefined || row.event === search.event) &&
    (search.personId === undefined || row.actor.id === search.personId || row.subject?.id === search.personId) &&
    (search.first === undefined || row.firstTime)
  );
}
