import * as z from "zod/mini";
import { findActors } from "@/lib/clients";
import { isAppError } from "@/lib/errors";
import { requirePage } from "@/lib/http/page";
import { getSecurityEvent, listSecurityEvents, securityActors, type NamesOf } from "@/lib/monitoring";
import { securityFilterShape, type SecurityEventRow, type SecuritySearch } from "@/lib/monitoring/contract";
import { objectNames } from "@/lib/overview";
import { SecurityView } from "./security-view.tsx";

export const metadata = { title: "Security" };

type Params = Record<string, string | string[] | undefined>;

const parts = ["severity", "event", "personId", "q", "since", "first"] as const;

// Addresses are edited by hand: a part that makes no sense is left out rather than refused.
function searchOf(given: Params): SecuritySearch {
  return Object.fromEntries(parts.flatMap((part) => (z.safeParse(securityFilterShape, { [part]: given[part] }).success && given[part] !== undefined ? [[part, given[part]]] : [])));
}

export default async function SecurityPage({ searchParams }: { searchParams: Promise<Params> }) {
  const names = objectNames(await requirePage("security_events.view"));
  const given = await searchParams;
  const search = searchOf(given);
  const [list, actors, opened] = await Promise.all([
    listSecurityEvents(z.parse(securityFilterShape, search), { namesOf: names, actorsOf: findActors }),
    securityActors(names),
    typeof given["id"] === "string" ? openedEvent(given["id"], names) : null,
  ]);
  return <SecurityView search={search} actors={actors} initial={list} opened={opened} />;
}

/** An old link to an event that is not there still shows the list. */
async function openedEvent(id: string, names: NamesOf): Promise<SecurityEventRow | null> {
  try {
    return await getSecurityEvent(id, names);
  } catch (error) {
    if (isAppError(error, "security_event_unknown")) return null;
    throw error;
  }
}
