"use client";
import { useQuery } from "@tanstack/react-query";
import type { Route } from "next";
import { Neighbours } from "@/components/ui/neighbours.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Unread, unreadTitle } from "@/components/ui/unread.tsx";
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
      title={row === undefined ? unreadTitle("payout", query.error) : actObject(row)}
      pageHref={`/payouts/${id}` as Route}
      aside={<Neighbours keys={rows.map((each) => each.id)} open={id} onOpen={onOpen} />}
      onClose={() => onOpen(null)}
    >
      {query.data === undefined ? (
        <Unread what="payout" error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <PayoutSheet panel={query.data} headingLevel={3} next={next} />
      )}
    </Panel>
  );
}
