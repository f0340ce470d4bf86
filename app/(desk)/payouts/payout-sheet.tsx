"use client";
import { ArrowRight, CircleHelp, Hand, Signature } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useState, type ReactNode } from "react";
import { Statement } from "@/components/statement";
import { payoutLooks } from "@/components/transactions/looks.ts";
import { Amount } from "@/components/ui/amount.tsx";
import { Button, ReasonList } from "@/components/ui/button.tsx";
import { useNow } from "@/components/ui/now.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels, rolesWith } from "@/lib/access";
import { railLabels, type PayoutPanel } from "@/lib/payouts/contract";
import { PayoutActs } from "./payout-acts.tsx";
import { Findings, FiguresNow } from "./payout-beside.tsx";
import { actObject, payeeText, shownStatus } from "./payout-looks.ts";
import { PayoutRecord } from "./payout-record.tsx";
import { PayoutSeal } from "./payout-seal.tsx";
import { PayoutSignatures } from "./payout-signatures.tsx";
import { partedFacts } from "./statement-facts.tsx";
import { useApproval } from "./use-approval.tsx";

/** The payout that waits for this person after this one. */
type Following = { what: string; go: () => void };

type Props = { panel: PayoutPanel; headingLevel: 2 | 3; next?: Following | null };

/** A payout as the sheet people sign: where it stands, what is asked, what it leaves, who signed, and how it came about. */
export function PayoutSheet({ panel, headingLevel, next = null }: Props) {
  const now = useNow();
  const { payout } = panel;
  const [done, setDone] = useState<string | null>(null);
  const approval = useApproval(panel, setDone);
  const { status, why } = shownStatus(payout, now);
  return (
    <div className="grid gap-5">
      <Standing panel={panel} done={done} next={next} />
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
        {...partedFacts(panel.statement.facts, { ids: "short", payee: payout.payee.name, account: payout.account.name })}
        asideLabel="What the risk screen found, not signed"
        aside={<Findings panel={panel} />}
        lines={<PayoutSignatures panel={panel} onApprove={approval.begin} />}
        seal={<PayoutSeal panel={panel} />}
        headingLevel={headingLevel}
      />
      <PayoutActs panel={panel} onApprove={approval.begin} onDone={setDone} />
      {approval.dialog}
      <FiguresNow panel={panel} />
      <PayoutRecord panel={panel} />
      <ApproveFoot panel={panel} onApprove={approval.begin} />
    </div>
  );
}

/** On a phone the signature line is a scroll away, so the act stays at the thumb. */
function ApproveFoot({ panel, onApprove }: { panel: PayoutPanel; onApprove: () => void }) {
  if (!panel.acts.approve.allowed) return null;
  return (
    <div data-screen-only className="act-foot">
      <Button variant="primary" size="large" wide icon={<Signature size={15} aria-hidden />} onClick={onApprove}>
        Approve {actObject(panel.payout)}
      </Button>
    </div>
  );
}

/** What was done is said at the head of the sheet, and the act that did it may stand far below. */
function intoView(said: HTMLElement | null): void {
  said?.scrollIntoView({ block: "nearest" });
}

/** What happens next, and when it waits: why, until when, and who can move it. */
function Standing({ panel, done, next }: { panel: PayoutPanel; done: string | null; next: Following | null }) {
  const read = useReader();
  const { payout, hold } = panel;
  return (
    <section aria-label="What happens next" className="grid gap-2 text-13">
      {done === null ? null : (
        <div key={done} ref={intoView} className="flex scroll-mt-24 flex-wrap items-center justify-between gap-2">
          <output className="block font-medium text-settled">{done}</output>
          {next === null ? null : (
            <Button icon={<ArrowRight size={14} aria-hidden />} onClick={next.go}>
              Open the next: {next.what}
            </Button>
          )}
        </div>
      )}
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
        <span>{read.text(panel.next)}</span>
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
      Leaves <Amount value={headroom.afterPaise} /> available · reserve <Amount value={headroom.reservePaise} />
    </>
  );
}
