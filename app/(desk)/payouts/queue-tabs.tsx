"use client";
import type { Route } from "next";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { useCan } from "@/components/shell/viewer.tsx";
import { countText } from "@/components/ui/count.ts";
import { CoarseNote } from "@/components/transactions/coarse-note.tsx";
import { movingWords } from "@/components/transactions/looks.ts";
import { TabScroller } from "@/components/ui/tab-scroller.tsx";
import type { PayoutFilters } from "@/lib/payouts/client";
import type { PayoutQueue, PayoutQueueFigures } from "@/lib/payouts/contract";
import { payoutsHref } from "./payout-looks.ts";

const labels: Record<PayoutQueue, string> = { waiting: "Waiting for me", mine: "My open requests", held: "Held", unknown: "Unknown", moving: "Moving" };

/** The queues with how much is in each. Queues that can never hold anything for a person are left out. */
export function QueueTabs({ filters, figures }: { filters: PayoutFilters; figures: PayoutQueueFigures }) {
  const mayDecide = [useCan("payouts.approve").allowed, useCan("payouts.release").allowed].includes(true);
  const mayRequest = useCan("payouts.create").allowed;
  const shown: PayoutQueue[] = [...(mayDecide ? (["waiting"] as const) : []), ...(mayRequest ? (["mine"] as const) : []), "held", "unknown", "moving"];
  const at = (queue: PayoutQueue | undefined) =>
    payoutsHref({ account: filters.account, q: filters.q, ...(queue === undefined ? { status: filters.status } : { queue }) }) as Route;
  return (
    <>
      <TabScroller as="nav" label="Queues">
        {shown.map((queue) => (
          <QueueLink key={queue} href={at(queue)} label={labels[queue]} count={figures[queue].count} here={filters.queue === queue} />
        ))}
        <QueueLink href={at(undefined)} label="All" here={filters.queue === undefined} />
      </TabScroller>
      <CoarseNote>{filters.queue === "moving" ? `Moving: payouts ${movingWords}.` : ""}</CoarseNote>
    </>
  );
}

function QueueLink({ href, label, count, here }: { href: Route; label: string; count?: number; here: boolean }) {
  const link = useRef<HTMLAnchorElement>(null);
  // On a phone the queues scroll sideways: the one that is shown is never out of sight.
  useEffect(() => {
    if (here) link.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [here]);
  return (
    <Link
      ref={link}
      href={href}
      aria-current={here ? "page" : undefined}
      className="flex h-9 items-center border-b-2 border-transparent text-13 whitespace-nowrap text-ink-2 no-underline -outline-offset-2 hover:text-ink aria-[current=page]:border-ink aria-[current=page]:font-medium aria-[current=page]:text-ink"
    >
      {label}
      {count === undefined ? null : <span className="num ml-1.5 text-ink-3">{countText(count)}</span>}
    </Link>
  );
}
