"use client";
import type { Route } from "next";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { useCan } from "@/components/shell/viewer.tsx";
import { Choice } from "@/components/ui/choice.tsx";
import { countText } from "@/components/ui/count.ts";
import type { PayoutFilters } from "@/lib/payouts/client";
import { payoutStatuses, type PayoutQueue, type PayoutQueueFigures, type PayoutStatus } from "@/lib/payouts/contract";
import { payoutLooks, payoutsHref } from "./payout-looks.ts";

const labels: Record<PayoutQueue, string> = { waiting: "Waiting for me", mine: "Mine", held: "Held", unknown: "Unknown", moving: "Moving" };

/** The queues with how much is in each, and a status to narrow by. Queues that can never hold anything for a person are left out. */
export function QueueTabs({ filters, figures }: { filters: PayoutFilters; figures: PayoutQueueFigures }) {
  const mayDecide = [useCan("payouts.approve").allowed, useCan("payouts.release").allowed].includes(true);
  const mayRequest = useCan("payouts.create").allowed;
  const shown: PayoutQueue[] = [...(mayDecide ? (["waiting"] as const) : []), ...(mayRequest ? (["mine"] as const) : []), "held", "unknown", "moving"];
  const at = (queue: PayoutQueue | undefined) => payoutsHref({ account: filters.account, ...(queue === undefined ? { status: filters.status } : { queue }) }) as Route;
  return (
    <div data-screen-only className="flex flex-none flex-wrap items-end justify-between gap-x-4 gap-y-2 pb-2">
      <nav aria-label="Queues" className="-mx-1 flex min-w-0 gap-5 overflow-x-auto px-1">
        {shown.map((queue) => (
          <QueueLink key={queue} href={at(queue)} label={labels[queue]} count={figures[queue].count} here={filters.queue === queue} />
        ))}
        <QueueLink href={at(undefined)} label="All" here={filters.queue === undefined} />
      </nav>
      <StatusChoice filters={filters} />
    </div>
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

const statusOptions = [{ value: "any" as const, label: "Any" }, ...payoutStatuses.map((value) => ({ value, label: payoutLooks[value].label }))];

function StatusChoice({ filters }: { filters: PayoutFilters }) {
  const router = useRouter();
  const choose = (value: PayoutStatus | "any") => router.push(payoutsHref({ ...filters, status: value === "any" ? undefined : value }) as Route);
  return <Choice label="Status" options={statusOptions} value={filters.status ?? "any"} onValue={choose} />;
}
