import { Ban, CircleCheck, CircleDashed, CircleDot, CircleX, Hourglass, Loader } from "lucide-react";
import { Amount } from "@/components/ui/amount.tsx";
import type { Column } from "@/components/ui/data-row.tsx";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import type { LinkRow, LinkStatus } from "@/lib/payments/contract";

export const linkLooks: StatusLooks<LinkStatus> = {
  creating: { label: "Being made", tone: "moving", icon: Loader },
  active: { label: "Open", tone: "moving", icon: CircleDashed },
  partially_paid: { label: "Partly paid", tone: "moving", icon: CircleDot },
  paid: { label: "Paid", tone: "settled", icon: CircleCheck },
  expired: { label: "Expired", tone: "neutral", icon: Hourglass },
  cancelled: { label: "Cancelled", tone: "neutral", icon: Ban },
  refused: { label: "Refused", tone: "failed", icon: CircleX },
};

export const linkColumns: Column<LinkRow>[] = [
  { id: "purpose", header: "Purpose", phone: "lead", cell: (row) => row.purpose },
  {
    id: "status",
    header: "Status",
    phone: "under",
    cell: (row) => (
      <>
        <StatusBadge status={row.status} looks={linkLooks} />
        <span className="text-ink-3 sm:hidden"> · {row.customerMask ?? row.phoneMask}</span>
      </>
    ),
  },
  { id: "account", header: "Account", cell: (row) => row.accountName },
  { id: "customer", header: "Customer", narrow: "hide", cell: (row) => [row.customerMask, row.phoneMask].filter((mask) => mask !== null).join(" · ") },
  { id: "made", header: "Made by", narrow: "hide", cell: (row) => row.createdByName },
  { id: "when", header: "When", narrow: "last", phone: "under-end", cell: (row) => <Time at={row.createdAt} /> },
  { id: "amount", header: "Amount", align: "end", phone: "trail", cell: (row) => <Amount value={row.amountPaise} /> },
];
