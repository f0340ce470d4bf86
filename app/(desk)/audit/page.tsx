import * as z from "zod/mini";
import { auditChoices, getAuditEvent, listAudit, trailStatus, type NamesOf } from "@/lib/audit";
import type { AuditSearch } from "@/lib/audit/client";
import { auditFilterShape, type AuditEvent } from "@/lib/audit/contract";
import { actorNames } from "@/lib/clients";
import { isAppError } from "@/lib/errors";
import { requirePage } from "@/lib/http/page";
import { objectNames } from "@/lib/overview";
import { clockNow, istDay } from "@/lib/time";
import { AuditView } from "./audit-view.tsx";

export const metadata = { title: "Audit" };

type Params = Record<string, string | string[] | undefined>;

const parts = ["verb", "actorId", "objectKind", "objectId", "outcome", "from", "to"] as const;

// Addresses are edited by hand: a part that makes no sense is left out rather than refused.
function searchOf(given: Params): AuditSearch {
  return Object.fromEntries(parts.flatMap((part) => (z.safeParse(auditFilterShape, { [part]: given[part] }).success && given[part] !== undefined ? [[part, given[part]]] : [])));
}

export default async function AuditPage({ searchParams }: { searchParams: Promise<Params> }) {
  const ctx = await requirePage("audit.view");
  const names = objectNames(ctx);
  const given = await searchParams;
  const search = searchOf(given);
  const [list, status, choices, opened] = await Promise.all([
    listAudit(z.parse(auditFilterShape, search), names),
    trailStatus(),
    auditChoices(actorNames),
    typeof given["id"] === "string" ? openedEvent(given["id"], names) : null,
  ]);
  return <AuditView search={search} initial={{ ...list, status }} opened={opened} choices={choices} today={istDay(clockNow())} />;
}

/** An old link to a row that is not there still shows the list. */
async function openedEvent(id: string, names: NamesOf): Promise<AuditEvent | null> {
  try {
    return await getAuditEvent(id, names);
  } catch (error) {
    if (isAppError(error, "audit_event_unknown")) return null;
    throw error;
  }
}
