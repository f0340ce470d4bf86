"use client";
import { Hand, CircleHelp, ArrowRight } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useState, type ReactNode } from "react";
import { Statement } from "@/components/statement";
import { Amount } from "@/components/ui/amount.tsx";
import { ReasonList } from "@/components/ui/button.tsx";
import { useNow } from "@/components/ui/now.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels, rolesWith } from "@/lib/access";
import { railLabels, type PayoutPanel } from "@/lib/payouts/contract";
import { PayoutActs } from "./payout-acts.tsx";
import { PayoutBeside } from "./payout-beside.tsx";
import { payeeText, payoutLooks, shownStatus } from "./payout-looks.ts";
import { PayoutRecord } from "./payout-record.tsx";
import { PayoutSeal } from "./payout-seal.tsx";
import { PayoutSignatures } from "./payout-signatures.tsx";
import { statementFacts } from "./statement-facts.tsx";
import { useApproval } from "./use-approval.tsx";

type Props = { panel: PayoutPanel; headingLevel: 2 | 3 };

/** A payout as the sheet people sign: where it stands, what is asked, what it leaves, who signed, and how it came about. */
export function PayoutSheet({ panel, headingLevel }: Props) {
  const now = useNow();
  const { payout } = panel;
  const [done, setDone] = useState<string | null>(null);
  const approval = useApproval(panel, setDone);
  const { status, why } = shownStatus(payout, now);
  return (
    <div className="grid gap-6">
      <Standing panel={panel} done={done} />
      <Statement
        kind="Payout request"
        reference={<Ref value={payout.id} label="payout id" short />}
        status={<StatusBadge status={status} looks={payoutLooks} why={why} />}
        headline={<Amount value={payout.amountPaise} />}
        to={
          <>
            to {payeeText(payout.payee)} by {railLabels[payout.rail]}, from{" "}
            <Link className="link" href={`/accounts/${payout.account.id}` as Route}>
              {payout.account.name}
            </Link>
          </>
        }
        leaves={<Leaves panel={panel} />}
        facts={statementFacts(panel.statement.facts, "short")}
        aside={<PayoutBeside panel={panel} />}
        lines={<PayoutSignatures panel={panel} onApprove={approval.begin} />}
        seal={<PayoutSeal panel={panel} />}
        headingLevel={headingLevel}
      />
      <PayoutActs panel={panel} onApprove={approval.begin} onDone={setDone} />
      {approval.dialog}
      <PayoutRecord panel={panel} />
    </div>
  );
}

/** What happens next, and when it waits: why, until when, and who can move it. */
function Standing({ panel, done }: { panel: PayoutPanel; done: string | null }) {
  const read = useReader();
  const { payout, hold } = panel;
  return (
    <section aria-label="What happens next" className="grid gap-2 text-13">
      {done === null ? null : <output className="block font-medium text-settled">{done}</output>}
      {payout.unknownSince === null ? null : (
        <Note
          icon={<CircleHelp size={15} aria-hidden />}
          title={
            <>
              Unknown since <Time at={payout.unknownSince} relative />
            </>
          }
        >
          <p>The gateway did not say whether it took this payout. The desk asks about it by itself and sends nothing again before it knows.</p>
          {panel.gateway.nextCheckAt === null ? null : (
            <p>
              Next check: <Time at={panel.gateway.nextCheckAt} relative />
            </p>
          )}
        </Note>
      )}
      {hold === null ? null : (
        <Note
          icon={<Hand size={15} aria-hidden />}
          title={
            hold.until === null ? (
              "Held until someone releases it"
            ) : (
              <>
                Held until <Time at={hold.until} relative />
              </>
            )
          }
        >
          <ReasonList reasons={read.reasons(hold.reasons)} />
          <p>
            {hold.reasons.every((reason) => reason.code === "cool_off") ? "It moves on by itself then. " : ""}
            {canRelease(panel)}
          </p>
        </Note>
      )}
      <p className="grid grid-cols-[1rem_1fr] gap-2">
        <ArrowRight size={15} aria-hidden className="mt-0.5 text-ink-3" />
        <span>
          <span className="text-ink-3">Next: </span>
          {read.text(panel.next)}
        </span>
      </p>
      {panel.endReason === null ? null : <p className="pl-6 text-ink-2">Reason given: “{read.text(panel.endReason)}”</p>}
    </section>
  );
}

function canRelease(panel: PayoutPanel): string {
  const roles = rolesWith("payouts.release")
    .map((role) => roleLabels[role].toLowerCase())
    .join(" or ");
  const timed = panel.hold?.reasons.every((reason) => reason.code === "cool_off") ?? false;
  return timed ? `A ${roles} can look at it, but nobody can shorten a cool-off.` : `A ${roles} who did not ask for it can release it.`;
}

function Note({ icon, title, children }: { icon: ReactNode; title: ReactNode; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[1rem_1fr] gap-2 border-l-2 border-held bg-held-wash py-2.5 pr-3 pl-3">
      <span className="mt-0.5 text-held">{icon}</span>
      <div className="grid gap-1">
        <p className="font-medium text-held">{title}</p>
        {children}
      </div>
    </div>
  );
}

const spent = new Set(["failed", "reversed", "rejected", "cancelled", "expired", "succeeded"]);

function Leaves({ panel }: { panel: PayoutPanel }) {
  const { headroom, payout } = panel;
  if (spent.has(payout.status))
    return (
      <>
        The account now has <Amount value={headroom.availablePaise} /> available · reserve <Amount value={headroom.reservePaise} />
      </>
    );
  return (
    <>
      leaves <Amount value={headroom.afterPaise} /> available · reserve <Amount value={headroom.reservePaise} />
    </>
  );
}
