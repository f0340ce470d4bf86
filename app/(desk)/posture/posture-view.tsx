"use client";
import { useSearchParams } from "next/navigation";
import { Page } from "@/components/shell/page.tsx";
import { Banner } from "@/components/ui/banner.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { dayText } from "@/components/ui/time-format.ts";
import type { PostureGuard, PostureTable } from "@/lib/monitoring/contract";
import { postureLooks } from "./posture-looks.ts";
import { PosturePanel } from "./posture-panel.tsx";

function columnsOf(table: PostureTable): Column<PostureGuard>[] {
  return [
    { id: "guard", header: "Guard", phone: "lead", cell: (row) => row.label },
    ...table.failures.map(({ id, label }, index): Column<PostureGuard> => ({
      id,
      header: label,
      ...(index > 1 ? { narrow: "hide" as const } : {}),
      cell: (row) => {
        const posture = postureOf(row, id);
        return posture === undefined ? null : <StatusBadge status={posture} looks={postureLooks} />;
      },
    })),
    {
      id: "money",
      header: "On the way of money",
      phone: "under",
      cell: (row) => (
        <>
          {row.money ? "Guards money" : <span className="text-ink-3">Not on its way</span>}
          <EveryCell row={row} failures={table.failures} />
        </>
      ),
    },
  ];
}

const postureOf = (row: PostureGuard, failure: string) => row.cells.find((cell) => cell.failure === failure)?.posture;

/** A phone's row has no columns, so it lists what they would say; what a failure does not touch is left out. */
function EveryCell({ row, failures }: { row: PostureGuard; failures: PostureTable["failures"] }) {
  const touched = failures.flatMap(({ id, label }) => {
    const posture = postureOf(row, id);
    return posture === undefined || posture === "not_applicable" ? [] : [{ id, label, posture }];
  });
  return (
    <span className="grid pt-0.5 sm:hidden">
      {touched.map(({ id, label, posture }) => (
        <span key={id} className="flex justify-between gap-4 leading-6">
          <span className="min-w-0 truncate text-ink-3">{label}</span>
          <StatusBadge status={posture} looks={postureLooks} />
        </span>
      ))}
    </span>
  );
}

/** What every guard does when what it leans on is down; each cell is proved by bringing the failure about. */
export function PostureView({ table }: { table: PostureTable }) {
  const guard = useSearchParams().get("guard");
  const chosen = table.guards.find((row) => row.id === guard);
  const open = (id: string | null) => {
    const href = id === null ? "/posture" : `/posture?guard=${id}`;
    if (guard === null) window.history.pushState(null, "", href);
    else window.history.replaceState(null, "", href);
  };
  const whole = table.cellsProved === table.cellsDue;
  return (
    <Page
      fill
      title="Posture"
      lead={`What each guard does when something it leans on is down. ${table.cellsProved} of ${table.cellsDue} cells are proved by a test that brings the failure about${
        table.oldestProof === null ? "" : `, the oldest on ${dayText(table.oldestProof, null)}`
      }.`}
    >
      {whole ? null : (
        <Banner kind="degraded" title="Not every cell is proved.">
          Run the fault-injection tests before trusting this table.
        </Banner>
      )}
      <DataTable
        fill
        density="compact"
        caption="Guards and failures"
        columns={columnsOf(table)}
        rows={table.guards}
        rowKey={(row) => row.id}
        selectedKey={guard}
        onSelect={(row) => open(row.id)}
        empty={
          <EmptyState kind="none-yet" title="No guards">
            No guard has declared what it does.
          </EmptyState>
        }
      />
      {chosen === undefined ? null : <PosturePanel key={chosen.id} guard={chosen} failures={table.failures} onClose={() => open(null)} />}
    </Page>
  );
}
