import { countText, pluralText } from "@/components/ui/count.ts";
import type { AuditSearch } from "@/lib/audit/client";
import type { AuditRow, TrailStatus, VerifyReport } from "@/lib/audit/contract";

/** How many sealed rows are not kept outside the database; fewer than none when more is kept than the database has. */
export function unkeptRows({ sealed, exported }: Pick<TrailStatus, "sealed" | "exported">): number {
  return Number(sealed) - Number(exported ?? 0);
}

export type Kept = { rows: string | null; note: string; alarming: boolean };

/** How much of what is sealed is kept outside the database too, and why that may be less: heads are copied out after they are signed. */
export function keptWords({ sealed, exported, keptLagSeconds, keptBehind }: Pick<TrailStatus, "sealed" | "exported" | "keptLagSeconds" | "keptBehind">): Kept {
  const since = unkeptRows({ sealed, exported });
  const rows = exported === null ? null : countText(Number(exported));
  if (since < 0) return { rows, note: `${countText(-since)} more than the database has: verify the trail`, alarming: true };
  if (since === 0) return { rows, note: exported === null ? "nothing is sealed yet" : "all that is sealed", alarming: false };
  if (keptBehind)
    return { rows, note: `${pluralText(since, "sealed row")} not copied out for ${countText(keptLagSeconds)} s: see that a worker runs and can write the file`, alarming: true };
  const follow = since === 1 ? "follows" : "follow";
  return { rows, note: `${pluralText(since, "sealed row")} ${follow} with the next copy, within a second as a rule`, alarming: false };
}

/** Why the trail is longer after a verification than the verification says: it leaves a row of its own. */
export function ownRowWords({ covered, sealedAfter, unsealed }: Pick<VerifyReport, "covered" | "sealedAfter" | "unsealed">): string {
  const counted = Number(covered) + Number(sealedAfter) + Number(unsealed);
  return `${pluralText(counted, "row")} ${counted === 1 ? "was" : "were"} there when it began. The verification is itself a row, written after them, so the trail is longer now, as it should be.`;
}

/** Whether a row is about one thing; one refused at a door before anything was named is not, and its id is a dash. */
export function hasObject({ objectId }: Pick<AuditRow, "objectId">): boolean {
  return objectId !== "-";
}

/** Why the list is empty: an id is compared whole, so a name in its place finds nothing. */
export function noneWords({ objectId, ...filters }: AuditSearch): { title: string; note: string } {
  if (objectId === undefined) return { title: "No row matches", note: "No row of the trail matches these filters." };
  const alone = Object.values(filters).every((value) => value === undefined);
  return {
    title: alone ? `No row is about the id “${objectId}”` : `No row about the id “${objectId}” matches these filters`,
    note: "Ids are compared whole; for a person use Filter › Who.",
  };
}
