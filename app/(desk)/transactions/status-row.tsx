"use client";
import { useEffect, useRef } from "react";
import { coarseWords, transactionLooks } from "@/components/transactions/looks.ts";
import { CoarseNote } from "@/components/transactions/coarse-note.tsx";
import { cx } from "@/components/ui/class-names.ts";
import { TabScroller } from "@/components/ui/tab-scroller.tsx";
import { countText } from "@/components/ui/count.ts";
import { transactionStatusList, type TransactionCounts, type TransactionStatus } from "@/lib/transactions/contract";

type Props = { counts: TransactionCounts | undefined; selected: readonly TransactionStatus[]; onSelect: (status: TransactionStatus[] | undefined) => void };

/** "All 10,000+ · Succeeded 9,120 · Failed 312": the states that have rows, with their counts under the filter. */
export function StatusRow({ counts, selected, onSelect }: Props) {
  const shown = transactionStatusList.filter((status) => selected.includes(status) || (counts?.byStatus[status].count ?? 0) > 0);
  return (
    <>
      <TabScroller as="fieldset" label="Status" className="border-b border-line">
        <Choice label="All" count={counts?.all} pressed={selected.length === 0} onPress={() => onSelect(undefined)} />
        {shown.map((status) => (
          <Choice
            key={status}
            label={transactionLooks[status].label}
            count={counts?.byStatus[status]}
            pressed={selected.includes(status)}
            onPress={() => onSelect(selected.length === 1 && selected[0] === status ? undefined : [status])}
          />
        ))}
      </TabScroller>
      <CoarseNote>{selected.flatMap((status) => (coarseWords[status] === undefined ? [] : [`${transactionLooks[status].label}: ${coarseWords[status]}.`])).join(" ")}</CoarseNote>
    </>
  );
}

function Choice({ label, count, pressed, onPress }: { label: string; count: { count: number; more: boolean } | undefined; pressed: boolean; onPress: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  // On a phone the states scroll sideways: the one that is chosen is never out of sight.
  useEffect(() => {
    if (pressed) button.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pressed]);
  return (
    <button
      ref={button}
      type="button"
      aria-pressed={pressed}
      onClick={onPress}
      className={cx("-mb-px h-9 flex-none border-b-2 text-13 whitespace-nowrap", pressed ? "border-ink font-medium text-ink" : "border-transparent text-ink-2 hover:text-ink")}
    >
      {label}
      {count === undefined ? null : (
        <span className="num ml-1.5 text-ink-3">
          {countText(count.count)}
          {count.more ? "+" : ""}
        </span>
      )}
    </button>
  );
}
