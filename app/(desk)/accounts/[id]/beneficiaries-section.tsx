"use client";
import { useQuery } from "@tanstack/react-query";
import { Archive, CircleCheck, Hourglass, Pencil, Plus, UserCheck } from "lucide-react";
import { useState } from "react";
import { Section } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { beneficiariesQuery } from "@/lib/beneficiaries/client";
import type { Beneficiaries, BeneficiaryDto } from "@/lib/beneficiaries/contract";
import { BeneficiaryForm } from "./beneficiary-form.tsx";

type State = "ready" | "first" | "cooling" | "retired";
const looks: StatusLooks<State> = {
  ready: { label: "Ready", tone: "settled", icon: CircleCheck },
  first: { label: "First payout", tone: "waiting", icon: UserCheck },
  cooling: { label: "Cooling off", tone: "held", icon: Hourglass },
  retired: { label: "Replaced", tone: "neutral", icon: Archive },
};
const whys: Record<State, string | undefined> = { ready: undefined, first: "two approvers", cooling: "payouts are held", retired: undefined };

function stateOf(row: BeneficiaryDto): State {
  if (row.status === "retired") return "retired";
  if (row.coolingOff) return "cooling";
  return row.firstPayout ? "first" : "ready";
}

/** Where the account's money may go, and the way to add a destination or change one. */
export function BeneficiariesSection({ accountId, initial }: { accountId: string; initial: Beneficiaries }) {
  const { data } = useQuery({ ...beneficiariesQuery(accountId), initialData: initial });
  const [form, setForm] = useState<{ replaces: BeneficiaryDto | null } | null>(null);
  const mayAdd = useCan("beneficiaries.create");
  const columns: Column<BeneficiaryDto>[] = [
    { id: "name", header: "Name", phone: "lead", cell: (row) => <span className="font-medium">{row.name}</span> },
    {
      id: "destination",
      header: "Destination",
      phone: "under",
      cell: (row) => (
        <span className="ref">
          {row.kind === "vpa" ? "UPI" : row.ifsc} {row.masked}
        </span>
      ),
    },
    { id: "status", header: "Status", phone: "trail", cell: (row) => <StatusBadge status={stateOf(row)} looks={looks} why={whys[stateOf(row)]} /> },
    { id: "cool-off", header: "Cool-off ends", phone: "under-end", cell: (row) => (row.status === "retired" ? "—" : <Time at={row.coolOffUntil} relative={row.coolingOff} />) },
    {
      id: "added",
      header: "Added by",
      cell: (row) => (
        <span className="text-ink-2">
          {row.createdByName} · version {row.version}
        </span>
      ),
    },
    {
      id: "act",
      header: <span className="sr-only">Act</span>,
      align: "end",
      cell: (row) =>
        row.status === "active" && mayAdd.allowed ? (
          <Button variant="bare" icon={<Pencil size={14} aria-hidden />} onClick={() => setForm({ replaces: row })}>
            Change details
          </Button>
        ) : null,
    },
  ];
  return (
    <Section
      title="Beneficiaries"
      note="destinations stay masked; dispatch alone reads them whole"
      actions={
        <Button icon={<Plus size={14} aria-hidden />} reasons={mayAdd.allowed ? undefined : mayAdd.reasons} onClick={() => setForm({ replaces: null })}>
          Add beneficiary
        </Button>
      }
    >
      <DataTable
        caption="Beneficiaries"
        columns={columns}
        rows={data.items}
        rowKey={(row) => row.id}
        empty={
          <EmptyState kind="none-yet" title="No beneficiaries yet">
            A payout needs a bank account or UPI id that was added here. Payouts to a new one are held until its cool-off ends.
          </EmptyState>
        }
      />
      {form === null ? null : <BeneficiaryForm accountId={accountId} replaces={form.replaces} onClose={() => setForm(null)} />}
    </Section>
  );
}
