import { CircleCheck, CircleX, Lock } from "lucide-react";
import type { StatusLooks } from "@/components/ui/status-badge.tsx";
import type { AuditSearch } from "@/lib/audit/client";
import type { AuditOutcome } from "@/lib/audit/contract";

export const outcomeLooks: StatusLooks<AuditOutcome> = {
  done: { label: "Done", tone: "settled", icon: CircleCheck },
  denied: { label: "Denied", tone: "failed", icon: Lock },
  failed: { label: "Failed", tone: "failed", icon: CircleX },
};

/** The trail's address for this search. */
export function auditHref(search: AuditSearch, id: string | null = null): string {
  const params = new URLSearchParams(Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  if (id !== null) params.set("id", id);
  return params.size === 0 ? "/audit" : `/audit?${params}`;
}
