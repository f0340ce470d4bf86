"use client";
import { ChangeSheet } from "@/components/people/change-sheet.tsx";
import { changeLooks } from "@/components/people/looks.ts";
import { Section } from "@/components/shell/page.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels } from "@/lib/access";
import type { Change } from "@/lib/users/contract";

const what = (change: Change) => (change.role === null ? "Reset of second factors" : roleLabels[change.role]);

const columns: Column<Change>[] = [
  { id: "subject", header: "Person", phone: "lead", cell: (row) => row.subject.name },
  { id: "what", header: "What", phone: "under", cell: what },
  { id: "status", header: "Outcome", phone: "trail", cell: (row) => <StatusBadge status={row.status} looks={changeLooks} /> },
  { id: "by", header: "Proposed by", cell: (row) => row.proposedBy.name },
  { id: "decided", header: "Decided by", cell: (row) => row.decidedBy?.name ?? <span className="text-ink-3">Nobody</span> },
  { id: "at", header: "When", phone: "under-end", cell: (row) => <Time at={row.decidedAt ?? row.proposedAt} /> },
];

/** What waits for a second admin, as sheets to sign; below it what was decided lately. */
export function ChangesList({ changes, error, onOpenPerson }: { changes: readonly Change[]; error: Error | null; onOpenPerson: (id: string) => void }) {
  const open = changes.filter((change) => change.status === "pending");
  const past = changes.filter((change) => change.status !== "pending");
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      {error === null ? null : (
        <EmptyState kind="failed" title="The proposals could not be read">
          {error.message}
        </EmptyState>
      )}
      {open.length === 0 ? (
        <EmptyState kind="all-done" title="Nothing waits for a second admin">
          A proposal of a privileged role or of a reset appears here until somebody else decides it, for seven days at most.
        </EmptyState>
      ) : (
        <ul aria-label="Waiting for a second admin" className="grid max-w-300 gap-x-8 gap-y-10 py-2 lg:grid-cols-2">
          {open.map((change) => (
            <li key={change.id} className="min-w-0">
              <ChangeSheet change={change} />
            </li>
          ))}
        </ul>
      )}
      {past.length === 0 ? null : (
        <Section title="Decided before">
          <DataTable
            density="compact"
            caption="Decided before"
            columns={columns}
            rows={past}
            rowKey={(row) => row.id}
            onSelect={(row) => onOpenPerson(row.subject.id)}
            empty={
              <EmptyState kind="none-yet" title="Nothing decided yet">
                Decisions appear here.
              </EmptyState>
            }
          />
        </Section>
      )}
    </div>
  );
}
