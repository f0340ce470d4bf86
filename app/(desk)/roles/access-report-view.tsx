"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { Problem } from "@/components/shell/problem.tsx";
import { Button } from "@/components/ui/button.tsx";
import { pluralText } from "@/components/ui/count.ts";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels } from "@/lib/access";
import { exportReportMutation, reportQuery } from "@/lib/users/client";
import type { Report } from "@/lib/users/contract";
import { AsOf } from "./as-of.tsx";

type Row = Report["rows"][number];

const columns: Column<Row>[] = [
  { id: "person", header: "Person", phone: "lead", cell: (row) => row.person.name },
  { id: "role", header: "Role", phone: "under", cell: (row) => roleLabels[row.role] },
  { id: "from", header: "From", phone: "under-end", cell: (row) => <Time at={row.validFrom} /> },
  { id: "until", header: "Until", cell: (row) => (row.validUntil === null ? <span className="text-ink-3">No end</span> : <Time at={row.validUntil} />) },
  { id: "ended", header: "Ended since", cell: (row) => (row.endedAt === null ? <span className="text-ink-3">No</span> : <Time at={row.endedAt} />) },
  { id: "by", header: "Given by", cell: (row) => row.grantedBy.name },
  { id: "out", header: "Could use it", phone: "trail", cell: (row) => (row.shutOut ? <span className="text-held">No, shut out</span> : "Yes") },
];

function save(fileName: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Who held which role at any instant, to look at and to take along. */
export function AccessReportView({ initial }: { initial: Report }) {
  const [at, setAt] = useState<string | null>(null);
  const query = useQuery({ ...reportQuery(at), ...(at === null ? { initialData: initial } : {}), placeholderData: (before: Report | undefined) => before });
  const take = useMutation({ ...exportReportMutation, onSuccess: ({ fileName, csv }) => save(fileName, csv) });
  const report = query.data ?? initial;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <AsOf at={at} onAt={setAt} />
        <div className="grid justify-items-end gap-1 pb-2">
          <Button icon={<Download size={14} aria-hidden />} busy={take.isPending} onClick={() => take.mutate({ at })}>
            Download {pluralText(report.rows.length, "row")} as CSV
          </Button>
          <Problem error={take.error} />
        </div>
      </div>
      <Problem error={query.error} />
      <DataTable
        density="compact"
        caption="Who held what"
        columns={columns}
        rows={report.rows}
        rowKey={(row) => `${row.person.id} ${row.role} ${row.validFrom}`}
        loading={query.isPlaceholderData}
        empty={
          <EmptyState kind="none-match" title="Nobody held a role then">
            At that time no grant had begun, or all had ended.
          </EmptyState>
        }
      />
    </div>
  );
}
