"use client";
import { useQuery } from "@tanstack/react-query";
import type { Route } from "next";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Neighbours } from "@/components/ui/neighbours.tsx";
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
  const following = rows.find((each) => each.waitsForMe && each.id !== id);
  const next = following === undefined ? null : { what: actObject(following), go: () => onOpen(following.id) };
  return (
    <Panel
      eyebrow="Payout"
      title={row === undefined ? "Payout" : actObject(row)}
      pageHref={`/payouts/${id}` as Route}
      aside={<Neighbours keys={rows.map((each) => each.id)} open={id} onOpen={onOpen} />}
      onClose={() => onOpen(null)}
    >
      {query.data === undefined ? <Waiting error={query.error} onRetry={() => void query.refetch()} /> : <PayoutSheet panel={query.data} headingLevel={3} next={next} />}
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
