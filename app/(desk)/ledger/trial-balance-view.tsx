"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, OctagonX } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { Page } from "@/components/shell/page.tsx";
import { Amount, Nil } from "@/components/ui/amount.tsx";
import { Banner } from "@/components/ui/banner.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { trialBalanceQuery } from "@/lib/ledger/client";
import { ledgerKindLabels, type TrialBalance } from "@/lib/ledger/contract";

type Row = TrialBalance["rows"][number];

const looks: StatusLooks<"balanced" | "broken"> = {
  balanced: { label: "Balanced", tone: "settled", icon: CircleCheck },
  broken: { label: "Does not balance", tone: "failed", icon: OctagonX },
};

const columns: Column<Row>[] = [
  {
    id: "kind",
    header: "Ledger account",
    phone: "lead",
    cell: (row) => (
      <Link className="row-link font-medium" href={`/ledger/entries?kind=${row.kind}` as Route}>
        {ledgerKindLabels[row.kind]}
      </Link>
    ),
  },
  {
    id: "entries",
    header: "Entries",
    align: "end",
    phone: "under",
    phoneLabel: "entries",
    cell: (row) => (row.entries === 0 ? <Nil /> : <span className="num">{row.entries.toLocaleString("en-IN")}</span>),
  },
  { id: "debit", header: "Debits", align: "end", cell: (row) => <Amount value={row.debitPaise} zero="dash" /> },
  { id: "credit", header: "Credits", align: "end", cell: (row) => <Amount value={row.creditPaise} zero="dash" /> },
  { id: "net", header: "Net", align: "end", phone: "trail", cell: (row) => (row.entries === 0 ? <Nil /> : <Amount value={row.netPaise} />) },
];

/** The books at a glance: debits against credits by kind, and whether every figure on screen equals its entries. */
export function TrialBalanceView({ initial }: { initial: TrialBalance }) {
  const { data } = useQuery({ ...trialBalanceQuery, initialData: initial });
  return (
    <Page
      title="Ledger"
      lead="Every rupee is posted twice and nothing posted ever changes. Debits are positive, credits negative."
      actions={<ButtonLink href={"/ledger/entries" as Route}>All entries</ButtonLink>}
    >
      {data.driftingAccounts.length === 0 ? null : (
        <Banner kind="degraded" title="Cached figures differ from their entries">
          {data.driftingAccounts.map((id) => (
            <Link key={id} className="link ref mr-3" href={`/accounts/${id}` as Route}>
              {id}
            </Link>
          ))}
        </Banner>
      )}
      <dl className="flex flex-wrap items-baseline gap-x-8 gap-y-1 border-y border-line py-3 text-13">
        <div>
          <dt className="eyebrow">Trial balance</dt>
          <dd>
            <StatusBadge status={data.balanced ? "balanced" : "broken"} looks={looks} />
          </dd>
        </div>
        <div>
          <dt className="eyebrow">Debits</dt>
          <dd>
            <Amount value={data.debitPaise} className="font-semibold" />
          </dd>
        </div>
        <div>
          <dt className="eyebrow">Credits</dt>
          <dd>
            <Amount value={data.creditPaise} className="font-semibold" />
          </dd>
        </div>
        <div>
          <dt className="eyebrow">As of</dt>
          <dd>
            <Time at={data.asOf} />
          </dd>
        </div>
      </dl>
      <DataTable
        caption="Trial balance"
        columns={columns}
        rows={data.rows}
        rowKey={(row) => row.kind}
        empty={
          <EmptyState kind="none-yet" title="No ledger accounts">
            The books were not opened.
          </EmptyState>
        }
      />
    </Page>
  );
}
