import { CircleAlert, Eye, Info, OctagonAlert } from "lucide-react";
import { shortRef } from "@/components/ui/ref.tsx";
import type { StatusLooks } from "@/components/ui/status-badge.tsx";
import type { EventSpan, SecuritySearch, Severity } from "@/lib/monitoring/contract";

export const severityLooks: StatusLooks<Severity> = {
  info: { label: "Info", tone: "neutral", icon: Info },
  notice: { label: "Notice", tone: "moving", icon: Eye },
  warning: { label: "Warning", tone: "waiting", icon: CircleAlert },
  critical: { label: "Critical", tone: "failed", icon: OctagonAlert },
};

export const spanLabels: Record<EventSpan, string> = { "1h": "Last hour", "24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days" };

/** The sentence with ids that have no name for this reader cut to what one recognises. */
export function withShortRefs(sentence: string): string {
  return sentence.replace(/\b[a-z]+_[0-9a-z]{26}\b/g, shortRef);
}

/** The list's address for this search. */
export function securityHref(search: SecuritySearch, id: string | null = null): string {
  const params = new URLSearchParams(Object.entries(search).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  if (id !== null) params.set("id", id);
  return params.size === 0 ? "/security" : `/security?${params}`;
}
