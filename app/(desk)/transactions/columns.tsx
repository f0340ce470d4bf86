import { kindLabels, methodText, movementLook } from "@/components/transactions/looks.ts";
import { Amount } from "@/components/ui/amount.tsx";
import type { Column } from "@/components/ui/data-row.tsx";
import { shortRef } from "@/components/ui/ref.tsx";
import { LookBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import type { TransactionRow } from "@/lib/transactions/contract";

const accountOf = (row: TransactionRow) => row.accountName ?? <span className="text-held">Suspense</span>;

/** The list's columns; on a phone a row is two lines: who it is with and the amount, then state, reference and time. */
export const transactionColumns: Column<TransactionRow>[] = [
  {
    id: "ref",
    header: "Reference",
    phone: "lead",
    cell: (row) => (
      <>
        <span className="ref max-sm:hidden">{shortRef(row.sourceId)}</span>
        <span className="sm:hidden">{row.counterparty ?? accountOf(row)}</span>
      </>
    ),
  },
  { id: "kind", header: "Kind", narrow: "last", cell: (row) => <span className="text-ink-2">{kindLabels[row.kind]}</span> },
  {
    id: "status",
    header: "Status",
    phone: "under",
    cell: (row) => (
      <>
        <LookBadge look={movementLook(row, "row")} />
        <span className="text-ink-3 sm:hidden">
          {" "}
          · {kindLabels[row.kind]} <span className="ref">{row.sourceId.slice(-6)}</span>
        </span>
      </>
    ),
  },
  { id: "when", header: "When", phone: "under-end", cell: (row) => <Time at={row.occurredAt} /> },
  { id: "account", header: "Account", narrow: "last", cell: accountOf },
  { id: "counterparty", header: "Other side", narrow: "hide", cell: (row) => row.counterparty ?? <span className="text-ink-3">—</span> },
  { id: "method", header: "Method", narrow: "first", cell: (row) => methodText(row.method) },
  {
    id: "bank",
    header: "Bank reference",
    narrow: "hide",
    cell: (row) => (row.bankReference === null ? <span className="text-ink-3">—</span> : <span className="ref">{row.bankReference}</span>),
  },
  {
    id: "amount",
    header: "Amount",
    align: "end",
    phone: "trail",
    cell: (row) => <Amount value={row.amountPaise} sign="always" tone={row.status === "succeeded" || row.status === "moving" ? "ink" : "quiet"} />,
  },
];
