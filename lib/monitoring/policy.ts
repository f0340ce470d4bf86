import { dayMs, hourMs } from "@/lib/time";
import type { EventSpan, Meant, SecurityEventRow, SecuritySearch } from "./contract.ts";

export { plainly } from "./plain-words.ts";

export const spanMs: Record<EventSpan, number> = { "1h": hourMs, "24h": dayMs, "7d": 7 * dayMs, "30d": 30 * dayMs };

/** Whether an event that has just happened belongs in a list narrowed like this; `meant` is whom its words mean. */
export function matchesSearch(row: SecurityEventRow, search: SecuritySearch, meant: Meant | null = null): boolean {
  const about = (id: string) => row.actor.id === id || row.subject?.id === id;
  return (
    (search.q === undefined || about(search.q) || (meant?.people ?? []).some(({ id }) => about(id))) &&
    (search.severity === undefined || row.severity === search.severity) &&
    (search.event === undefined || row.event === search.event) &&
    (search.personId === undefined || about(search.personId)) &&
    (search.first === undefined || row.firstTime)
  );
}
