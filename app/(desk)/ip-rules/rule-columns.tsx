import type { Column } from "@/components/ui/data-row.tsx";
import { Button } from "@/components/ui/button.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { placeWords, type BanDto, type RuleDto } from "@/lib/edge/contract";
import { effectLooks, scopeWords } from "./rule-words.ts";

export function ruleColumns(onEnd: ((rule: RuleDto) => void) | null): Column<RuleDto>[] {
  const columns: Column<RuleDto>[] = [
    { id: "network", header: "Network or country", phone: "lead", cell: (row) => (row.network === null ? placeWords(row) : <span className="ref">{row.network}</span>) },
    {
      id: "scope",
      header: "Where",
      phone: "under",
      cell: (row) => (
        <>
          {scopeWords[row.scope].label}
          {row.clientId === null ? null : <span className="ref text-ink-3"> · {row.clientId}</span>}
        </>
      ),
    },
    { id: "effect", header: "Effect", phone: "trail", cell: (row) => <StatusBadge status={row.effect} looks={effectLooks} /> },
    { id: "reason", header: "Reason", cell: (row) => row.reason },
    { id: "by", header: "Added by", cell: (row) => row.createdBy.name },
    { id: "at", header: "Added", narrow: "hide", cell: (row) => <Time at={row.createdAt} /> },
    { id: "until", header: "Until", cell: (row) => (row.expiresAt === null ? <span className="text-ink-3">No end set</span> : <Time at={row.expiresAt} />) },
  ];
  if (onEnd === null) return columns;
  return [
    ...columns,
    {
      id: "act",
      header: <span className="sr-only">Act</span>,
      align: "end",
      phone: "under-end",
      cell: (row) => (
        <Button variant="bare" onClick={() => onEnd(row)} aria-label={`End the rule for ${placeWords(row)}, ${scopeWords[row.scope].label}`}>
          End
        </Button>
      ),
    },
  ];
}

export function banColumns(onLift: ((ban: BanDto) => void) | null): Column<BanDto>[] {
  const columns: Column<BanDto>[] = [
    { id: "network", header: "Network", phone: "lead", cell: (row) => <span className="ref">{row.network}</span> },
    { id: "reason", header: "Reason", phone: "under", cell: (row) => row.reason },
    { id: "by", header: "Placed by", cell: (row) => (row.source === "automatic" ? <span className="text-ink-2">The desk itself</span> : row.placedBy.name) },
    { id: "at", header: "Placed", narrow: "hide", cell: (row) => <Time at={row.placedAt} /> },
    { id: "until", header: "Until", phone: "trail", cell: (row) => <Time at={row.expiresAt} /> },
  ];
  if (onLift === null) return columns;
  return [
    ...columns,
    {
      id: "act",
      header: <span className="sr-only">Act</span>,
      align: "end",
      phone: "under-end",
      cell: (row) => (
        <Button variant="bare" onClick={() => onLift(row)} aria-label={`Lift the ban of ${row.network}`}>
          Lift
        </Button>
      ),
    },
  ];
}
