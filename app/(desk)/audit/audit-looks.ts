import { CircleCheck, CircleX, Lock } from "lucide-react";
import type { StatusLooks } from "@/components/ui/status-badge.tsx";
import type { AuditSearch } from "@/lib/audit/client";
import type { AuditOutcome, AuditRow } from "@/lib/audit/contract";

export const outcomeLooks: StatusLooks<AuditOutcome> = {
  done: { label: "Done", tone: "settled", icon: CircleCheck },
  denied: { label: "Denied", tone: "failed", icon: Lock },
  failed: { label: "Failed", tone: "failed", icon: CircleX },
};

/** A person's name where we have one, else the part of the program or the guest that acted. */
export function actorText(actor: AuditRow["actor"]): string {
  if (actor.name !== null) return actor.name;
  // Ids of parts of the program begin with their kind ("system:job:payout.dispatch").
  const name = actor.id.startsWith(`${actor.kind}:`) ? actor.id.slice(actor.kind.length + 1) : actor.id;
  return actor.kind === "user" || name === actor.kind ? name : `${actor.kind} · ${name.replace(":", " ")}`;
}

/** The trail's address for this search. */
export function auditHref(search: AuditSearch, id: string | null = null): string {
  const params = new URLSearchParams(Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  if (id !== null) params.set("id", id);
  return params.size === 0 ? "/audit" : `/audit?${params}`;
}
