"use client";
import { useQuery } from "@tanstack/react-query";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { Route } from "next";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { payoutQuery } from "@/lib/payouts/client";
import type { PayoutPanel, PayoutRow } from "@/lib/payouts/contract";
import { actObject } from "./payout-looks.ts";
import { PayoutSheet } from "./payout-sheet.tsx";
import { payoutPace } from "./payout-pace.ts";

type Props = { id: string; rows: readonly PayoutRow[]; initial: PayoutPanel | null; onOpen: (id: string | null) => void };

/** One payout beside the list, with its neighbours one press away. */
export function PayoutSidePanel({ id, rows, initial, onOpen }: Props) {
  const query = useQuery({ ...payoutQuery(id), ...(initial === null ? {} : { initialData: initial }), refetchInterval: (current) => payoutPace(current.state.data) });
  const row = query.data?.payout ?? rows.find((candidate) => candidate.id === id);
  return (
    <Panel
      eyebrow="Payout"
      title={row === undefined ? "Payout" : actObject(row)}
      pageHref={`/payouts/${id}` as Route}
      aside={<Neighbours id={id} rows={rows} onOpen={onOpen} />}
      onClose={() => onOpen(null)}
    >
      {query.data === undefined ? <Waiting error={query.error} onRetry={() => void query.refetch()} /> : <PayoutSheet panel={query.data} headingLevel={3} />}
    </Panel>
  );
}

function Waiting({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  if (error === null) return <SkeletonLines lines={10} label="Loading the payout" />;
  return (
    <EmptyState kind="failed" title="This payout could not be read" act={<Button onClick={onRetry}>Try again</Button>}>
      {error.message}
    </EmptyState>
  );
}

function Neighbours({ id, rows, onOpen }: Pick<Props, "id" | "rows" | "onOpen">) {
  const at = rows.findIndex((row) => row.id === id);
  // Decided rows leave their queue: then the next one is simply the first that is left.
  if (at < 0) {
    const next = rows[0];
    return next === undefined ? (
      <span>All done</span>
    ) : (
      <Button variant="bare" onClick={() => onOpen(next.id)}>
        Next of {rows.length}
      </Button>
    );
  }
  const [before, after] = [rows[at - 1], rows[at + 1]];
  return (
    <span className="flex items-center gap-1">
      <span className="num mr-1 whitespace-nowrap">
        {at + 1} of {rows.length}
      </span>
      <Step label="Previous payout" keys="ArrowUp" onStep={before === undefined ? null : () => onOpen(before.id)}>
        <ArrowUp size={14} aria-hidden />
      </Step>
      <Step label="Next payout" keys="ArrowDown" onStep={after === undefined ? null : () => onOpen(after.id)}>
        <ArrowDown size={14} aria-hidden />
      </Step>
    </span>
  );
}

function Step({ label, keys, onStep, children }: { label: string; keys: string; onStep: (() => void) | null; children: ReactNode }) {
  return (
    <button
      type="button"
      data-screen-only
      aria-label={label}
      aria-keyshortcuts={keys}
      disabled={onStep === null}
      onClick={() => onStep?.()}
      className="grid size-7 place-items-center rounded-2 text-ink-3 hover:bg-sunk hover:text-ink disabled:opacity-40"
    >
      {children}
    </button>
  );
}
