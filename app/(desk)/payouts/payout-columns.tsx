"use client";
import type { Column } from "@/components/ui/data-table.tsx";
import { payoutListLooks } from "@/components/transactions/looks.ts";
import { Amount } from "@/components/ui/amount.tsx";
import { useNow } from "@/components/ui/now.tsx";
import { sentenceText } from "@/components/ui/sentence.ts";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { railLabels, type PayoutRow } from "@/lib/payouts/contract";
import { payeeText, shownStatus } from "./payout-looks.ts";

/** Who is paid, how it stands and why, who asked, and how much. */
export function usePayoutColumns(): Column<PayoutRow>[] {
  const now = useNow();
  const standing = (row: PayoutRow) => {
    const { status, why } = shownStatus(row, now);
    const reason = row.holdSentence === null ? why : sentenceText(row.holdSentence, now);
    return (
      <span className="block whitespace-normal sm:py-1.5">
        <StatusBadge status={status} looks={payoutListLooks} />
        {/* Why it stands still is read whole, over as many lines as that takes. */}
        {reason === undefined ? null : <span className="text-ink-3"> · {reason}</span>}
      </span>
    );
  };
  return [
    { id: "payee", header: "Pay", phone: "lead", cell: (row) => <span className="font-medium">{payeeText(row.payee)}</span> },
    { id: "status", header: "Status", phone: "under", className: "sm:max-w-60 @max-[47rem]:sm:max-w-52", cell: standing },
    { id: "from", header: "From", narrow: "hide", cell: (row) => row.account.name },
    { id: "purpose", header: "Purpose", narrow: "hide", className: "sm:max-w-36", cell: (row) => <span className="text-ink-2">{row.purpose}</span> },
    { id: "maker", header: "Asked by", narrow: "hide", cell: (row) => (row.maker.isMe ? "You" : row.maker.name) },
    { id: "rail", header: "Rail", narrow: "first", cell: (row) => <span className="text-ink-2">{railLabels[row.rail]}</span> },
    { id: "at", header: "Asked", narrow: "last", phone: "under-end", cell: (row) => <Time at={row.createdAt} /> },
    { id: "amount", header: "Amount", align: "end", phone: "trail", cell: (row) => <Amount value={row.amountPaise} /> },
  ];
}
