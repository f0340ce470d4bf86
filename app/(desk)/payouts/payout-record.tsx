"use client";
import { ArrowLeftRight, BookOpen, Bot, Signature, User, Webhook, type LucideIcon } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { FactList } from "@/components/statement";
import { Can } from "@/components/shell/viewer.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { Time } from "@/components/ui/time.tsx";
import { Timeline } from "@/components/ui/timeline.tsx";
import type { AttemptStatus, PayoutPanel } from "@/lib/payouts/contract";

type Channel = PayoutPanel["timeline"][number]["channel"];

const icons: Record<Channel, LucideIcon> = { gateway: ArrowLeftRight, webhook: Webhook, decision: Signature, ledger: BookOpen, person: User, system: Bot };

const attemptWords: Record<AttemptStatus, string> = {
  prepared: "prepared, no answer yet",
  accepted: "taken by the gateway",
  refused: "refused by the gateway",
  not_sent: "never left the desk",
  absent: "the gateway has none of it, by two people's word",
  unknown: "no certain answer",
};

/** How it came about and how it went: the timeline, each attempt to send it, and the gateway's own references. */
export function PayoutRecord({ panel }: { panel: PayoutPanel }) {
  const read = useReader();
  return (
    <>
      <section className="grid gap-3">
        <h3 className="text-14 font-semibold">Timeline</h3>
        <Timeline
          entries={panel.timeline.map((entry, index) => ({
            id: `${entry.at}${index}`,
            sentence: read.text(entry.sentence),
            at: entry.at,
            actor: entry.actor,
            icon: icons[entry.channel],
            evidence: <span className="ref break-all">{entry.reference}</span>,
          }))}
        />
      </section>
      <Gateway panel={panel} />
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-13" data-screen-only>
        <Can permission="transactions.view">
          <Link className="link" href={`/transactions?q=${panel.payout.id}` as Route}>
            As a transaction
          </Link>
        </Can>
        <Can permission="ledger.view">
          <Link className="link" href={`/ledger/entries?source=${panel.payout.id}` as Route}>
            Its ledger entries
          </Link>
        </Can>
        <Can permission="audit.view">
          <Link className="link" href={`/audit?objectId=${panel.payout.id}` as Route}>
            Its audit rows
          </Link>
        </Can>
      </p>
    </>
  );
}

function Gateway({ panel }: { panel: PayoutPanel }) {
  const { gateway, attempts } = panel;
  if (attempts.length === 0 && gateway.cfTransferId === null) return null;
  return (
    <section className="grid gap-2">
      <h3 className="text-14 font-semibold">At the gateway</h3>
      <FactList
        label="Gateway references"
        facts={[
          { label: "Transfer id", value: <Ref value={gateway.transferId} label="transfer id" />, wide: true },
          ...(gateway.cfTransferId === null ? [] : [{ label: "Cashfree id", value: <Ref value={gateway.cfTransferId} label="Cashfree transfer id" />, wide: true }]),
          ...(gateway.utr === null ? [] : [{ label: "UTR", value: <Ref value={gateway.utr} label="UTR" />, wide: true }]),
          ...(gateway.code === null ? [] : [{ label: "Its status code", value: <span className="ref">{gateway.code}</span>, wide: true }]),
          ...(gateway.nextCheckAt === null ? [] : [{ label: "Next check", value: <Time at={gateway.nextCheckAt} relative />, wide: true }]),
          ...attempts.map((attempt) => ({
            label: `Attempt ${attempt.number}`,
            value: (
              <>
                {attemptWords[attempt.status]}
                {attempt.outcome === null ? null : (
                  <>
                    {" "}
                    (<span className="ref">{attempt.outcome}</span>)
                  </>
                )}
                {"\u00a0· "}
                <Time at={attempt.answeredAt ?? attempt.preparedAt} />
              </>
            ),
            wide: true,
          })),
        ]}
      />
    </section>
  );
}
