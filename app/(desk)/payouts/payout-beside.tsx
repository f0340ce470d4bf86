"use client";
import { CircleAlert, CircleCheck, CircleDashed, Hand } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { useCan } from "@/components/shell/viewer.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import type { PayoutPanel } from "@/lib/payouts/contract";
import { comparedNothing, ruleLabels, type Finding, type RuleCode } from "@/lib/risk/contract";

/** The account's figures as they are now: they move by themselves, so nobody signs them. */
export function FiguresNow({ panel }: { panel: PayoutPanel }) {
  const read = useReader();
  const { headroom, payout } = panel;
  const ledger = useCan("ledger.view").allowed;
  const entries = (ledger ? `/ledger/entries?account=${payout.account.id}&kind=payee_available` : `/accounts/${payout.account.id}`) as Route;
  const account = (part: string) => `/accounts/${payout.account.id}#${part}` as Route;
  return (
    <section aria-label="The account now" className="grid gap-1.5 text-13">
      <h3 className="text-14 font-semibold">{payout.account.name} now</h3>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-1 sm:grid-cols-4">
        <Figure label="Balance" href={entries}>
          <Amount value={headroom.balancePaise} />
        </Figure>
        <Figure label="Held" href={account("holds")}>
          <Amount value={headroom.heldPaise} />
        </Figure>
        <Figure label="Available" href={entries}>
          <Amount value={headroom.availablePaise} />
        </Figure>
        <Figure label="Reserve" href={account("reserve")}>
          <Amount value={headroom.reservePaise} />
        </Figure>
      </dl>
      <p className="text-12 text-ink-3">{read.text(headroom.reserveSentence)}</p>
    </section>
  );
}

function Figure({ label, href, children }: { label: string; href: Route; children: ReactNode }) {
  return (
    <div>
      <dt className="text-12 text-ink-3">{label}</dt>
      <dd>
        <Link href={href} className="no-underline hover:underline">
          {children}
        </Link>
      </dd>
    </div>
  );
}

const marks = {
  clear: { icon: CircleCheck, ink: "text-settled", word: "clear" },
  uncompared: { icon: CircleDashed, ink: "text-ink-3", word: "nothing to compare with yet" },
  hit: { icon: Hand, ink: "text-held", word: "hit" },
  threw: { icon: CircleAlert, ink: "text-failed", word: "could not be checked" },
} as const;

const weight = { hit: 0, threw: 0, uncompared: 1, clear: 2 } as const;

const markOf = (finding: Finding) => (comparedNothing(finding) ? "uncompared" : finding.result);

/** What differs from the account's habits, as found when it was asked for: hits first, then what had nothing to compare with, then what was clear. */
export function Findings({ panel }: { panel: PayoutPanel }) {
  const read = useReader();
  const findings = panel.findings.toSorted((a, b) => weight[markOf(a)] - weight[markOf(b)]);
  return (
    <ul aria-label="What the risk screen found" className="grid gap-1.5">
      {findings.map((finding) => {
        const { icon: Icon, ink, word } = marks[markOf(finding)];
        return (
          <li key={finding.rule} className="grid grid-cols-[1rem_1fr] gap-2">
            <Icon size={14} aria-hidden className={`mt-0.5 ${ink}`} />
            {finding.result === "clear" ? (
              <span className="text-ink-2">
                {comparedNothing(finding) ? <span className={`block first-letter:uppercase ${ink}`}>{word}</span> : <span className="sr-only">{word}: </span>}
                {read.text(finding.sentence)}
              </span>
            ) : (
              <span>
                <span className="font-medium">{ruleLabels[finding.rule as RuleCode] ?? finding.rule}</span>
                <span className={ink}> · {word}</span>
                <span className="block text-ink-2">{read.text(finding.sentence)}</span>
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
