import { CircleCheck, CircleX, Lock } from "lucide-react";
import type { StatusLooks } from "@/components/ui/status-badge.tsx";
import type { AuditSearch } from "@/lib/audit/client";
import type { AuditOutcome, AuditRow } from "@/lib/audit/contract";

export const outcomeLooks: StatusLooks<AuditOutcome> = {
  done: { label: "Done", tone: "settled", icon: CircleCheck },
  denied: { label: "Denied", tone: "failed", icon: Lock },
  failed: { label: "Failed", tone: "failed", icon: CircleX },
};

const kinds: Record<string, string> = { system: "The desk", guest: "Not signed in", client: "API client" };

/** A person's name where we have one, else the part of the program or the guest that acted. */
export function actorText(actor: AuditRow["actor"]): string {
  if (actor.name !== null) return actor.name;
  // Ids of parts of the program begin with their kind ("system:job:payout.dispatch").
  const name = actor.id.startsWith(`${actor.kind}:`) ? actor.id.slice(actor.kind.length + 1) : actor.id;
  if (actor.kind === "user") return name;
  const kind = kinds[actor.kind] ?? actor.kind;
  return name === actor.kind ? kind : `${kind} · ${name.replace(/^job:/, "").replaceAll(/[:.]/g, " ")}`;
}

/** The trail's address for this search. */
export function auditHref(search: AuditSearch, id: string | null = null): string {
  const params = new URLSearchParams(Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  if (id !== null) params.set("id", id);
  return params.size === 0 ? "/audit" : `/audit?${params}`;
}
