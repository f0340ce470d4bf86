"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Hand } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { Page, Section } from "@/components/shell/page.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Said } from "@/components/ui/said.tsx";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { payoutsQuery } from "@/lib/payouts/client";
import type { PayoutRow } from "@/lib/payouts/contract";
import { verdictsQuery } from "@/lib/risk/client";
import { ruleCodes, ruleExplanations, ruleLabels, type Finding, type FindingResult, type RuleCode, type VerdictRow, type VerdictsPage } from "@/lib/risk/contract";
import { payeeText } from "../payouts/payout-looks.ts";

const looks: StatusLooks<FindingResult> = {
  clear: { label: "Clear", tone: "settled", icon: CircleCheck },
  hit: { label: "Hit", tone: "held", icon: Hand },
  threw: { label: "Could not be checked", tone: "failed", icon: CircleAlert },
};

const payoutHref = (id: string) => `/payouts/${id}` as Route;
const raised = (findings: readonly Finding[]) => findings.filter((finding) => finding.result !== "clear");
const labelOf = (rule: string) => ruleLabels[rule as RuleCode] ?? rule;

const heldColumns: Column<PayoutRow>[] = [
  {
    id: "payee",
    header: "Payout",
    phone: "lead",
    cell: (row) => (
      <Link className="row-link font-medium" href={payoutHref(row.id)}>
        {payeeText(row.payee)}
      </Link>
    ),
  },
  { id: "account", header: "From", cell: (row) => row.account.name },
  {
    id: "why",
    header: "Why it is held",
    phone: "under",
    className: "whitespace-normal sm:py-1.5",
    cell: (row) => (row.holdSentence === null ? "—" : <Said text={row.holdSentence} />),
  },
  { id: "maker", header: "Asked by", cell: (row) => row.maker.name },
  { id: "since", header: "Since", phone: "under-end", cell: (row) => <Time at={row.createdAt} relative className="max-sm:[&>span]:hidden" /> },
  { id: "amount", header: "Amount", align: "end", phone: "trail", cell: (row) => <Amount value={row.amountPaise} /> },
];

const verdictColumns: Column<VerdictRow>[] = [
  {
    id: "payout",
    header: "Payout",
    phone: "lead",
    cell: (row) => (
      <Link className={row.payout === null ? "row-link ref" : "row-link font-medium"} href={payoutHref(row.payoutId)}>
        {row.payout === null ? row.payoutId : payeeText(row.payout.payee)}
      </Link>
    ),
  },
  { id: "asked", header: "Asked", cell: (row) => <Time at={row.payout?.askedAt} /> },
  {
    id: "rules",
    header: "Rules",
    cell: (row) => (
      <span className="flex flex-wrap gap-x-3">
        {raised(row.findings).map((finding) => (
          <StatusBadge key={finding.rule} status={finding.result} looks={looks} why={labelOf(finding.rule)} />
        ))}
      </span>
    ),
  },
  {
    id: "sentence",
    header: "What it found",
    phone: "under",
    className: "whitespace-normal sm:py-1.5",
    cell: (row) => (
      <Said
        text={raised(row.findings)
          .map((finding) => finding.sentence)
          .join(" ")}
      />
    ),
  },
  { id: "at", header: "Held", phone: "under-end", cell: (row) => <Time at={row.at} /> },
  { id: "amount", header: "Amount", align: "end", phone: "trail", cell: (row) => (row.payout === null ? "—" : <Amount value={row.payout.amountPaise} />) },
];

/** Held payouts to look at, what the rules found, and what the rules are. */
export function RiskView({ initial, limits }: { initial: VerdictsPage; limits: Record<RuleCode, string> }) {
  const held = useInfiniteQuery(payoutsQuery({ status: "held" }));
  const verdicts = useInfiniteQuery({ ...verdictsQuery("hold"), initialData: { pages: [initial], pageParams: [null] } });
  return (
    <Page title="Risk" lead="Every payout is screened when it is asked for. A hit, or a rule that fails to run, holds it with its money set aside.">
      <Section title="Held payouts" note="a risk analyst who did not ask for it releases one, with a reason; a cool-off ends by itself">
        <DataTable
          caption="Held payouts"
          columns={heldColumns}
          rows={held.data?.pages.flatMap((page) => page.items) ?? []}
          rowKey={(row) => row.id}
          loading={held.isPending}
          empty={
            held.isError ? (
              <EmptyState kind="failed" title="The held payouts could not be read">
                {held.error.message}
              </EmptyState>
            ) : (
              <EmptyState kind="all-done" title="Nothing is held">
                No payout waits for a look.
              </EmptyState>
            )
          }
          paging={{ kind: "more", hasMore: held.hasNextPage, loadingMore: held.isFetchingNextPage, onMore: () => void held.fetchNextPage() }}
        />
      </Section>
      <Section title="Verdicts that held" note="kept with everything they looked at">
        <DataTable
          caption="Verdicts that held a payout"
          columns={verdictColumns}
          rows={verdicts.data.pages.flatMap((page) => page.items)}
          rowKey={(row) => row.id}
          empty={
            <EmptyState kind="none-yet" title="No verdict held a payout yet">
              Clear verdicts stand on their payout's own page.
            </EmptyState>
          }
          paging={{ kind: "more", hasMore: verdicts.hasNextPage, loadingMore: verdicts.isFetchingNextPage, onMore: () => void verdicts.fetchNextPage() }}
        />
      </Section>
      <Section title="The rules">
        <dl className="grid border-t border-line">
          {ruleCodes.map((code) => (
            <div key={code} className="grid gap-x-6 border-b border-line py-2.5 text-13 sm:grid-cols-[16rem_1fr]">
              <dt>
                <span className="font-medium">{ruleLabels[code]}</span>
                <span className="block text-ink-3">{limits[code]}</span>
              </dt>
              <dd className="prose-width text-ink-2">{ruleExplanations[code]}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </Page>
  );
}
