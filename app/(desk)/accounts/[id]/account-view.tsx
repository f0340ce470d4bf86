"use client";
import { useQuery } from "@tanstack/react-query";
import type { Route } from "next";
import Link from "next/link";
import { Page, Section } from "@/components/shell/page.tsx";
import { Can, useCan } from "@/components/shell/viewer.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { Banner } from "@/components/ui/banner.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Figure, FigureRow } from "@/components/ui/figure.tsx";
import { Ref, shortRef } from "@/components/ui/ref.tsx";
import { Said } from "@/components/ui/said.tsx";
import { Time } from "@/components/ui/time.tsx";
import { accountQuery } from "@/lib/accounts/client";
import type { AccountDto } from "@/lib/accounts/contract";
import type { Beneficiaries } from "@/lib/beneficiaries/contract";
import type { HoldDto, LedgerKind } from "@/lib/ledger/contract";
import { BeneficiariesSection } from "./beneficiaries-section.tsx";

type Props = { initial: AccountDto; beneficiaries: Beneficiaries | null };

/** One payee: what it has, what is set aside, what it must keep, and where its money may go. */
export function AccountView({ initial, beneficiaries }: Props) {
  const { data: account } = useQuery({ ...accountQuery(initial.id), initialData: initial });
  return (
    <Page title={account.name} lead={<Ref value={account.id} label="account id" />}>
      {account.figures.payoutsEnabled ? null : (
        <Banner kind="degraded" title="Payouts of this account are stopped">
          {account.figures.payoutsDisabledReason}
        </Banner>
      )}
      {account.reserve?.stale ? (
        <Banner kind="degraded" title="Approvals are stopped">
          <Said text={account.reserve.sentence} />
        </Banner>
      ) : null}
      <Figures account={account} />
      <Holds account={account} beneficiaries={beneficiaries} />
      <Section title="Reserve">
        <p id="reserve" className="prose-width text-13 text-ink-2">
          {account.reserve === null ? "There is no USD reference rate, so the reserve is not known and nothing can be approved." : <Said text={account.reserve.sentence} />}{" "}
          {account.reserve === null ? null : "It is rounded up to the paisa, and no payout may take the balance less what is held below it."}
        </p>
      </Section>
      {beneficiaries === null ? null : <BeneficiariesSection accountId={account.id} initial={beneficiaries} />}
    </Page>
  );
}

function Figures({ account }: { account: AccountDto }) {
  const { figures } = account;
  const ledger = useCan("ledger.view").allowed;
  // Every figure opens its rows: entries for those who may read the books, movements for the others.
  const rows = (kind: LedgerKind) => (ledger ? `/ledger/entries?account=${account.id}&kind=${kind}` : `/transactions?account=${account.id}`) as Route;
  const here = (part: string) => `/accounts/${account.id}#${part}` as Route;
  const isShort = figures.headroomPaise?.startsWith("-") ?? false;
  return (
    <FigureRow label="Figures">
      <Figure label="Balance" value={<Amount value={figures.balancePaise} />} href={rows("payee_available")} note="posted as available" />
      <Figure
        label="Pending"
        value={<Amount value={figures.pendingPaise} />}
        href={rows("payee_pending")}
        note={account.fundsAvailable === "at_capture" ? "available at capture" : "available at settlement"}
      />
      <Figure
        label="Held"
        value={<Amount value={figures.heldPaise} />}
        href={here("holds")}
        note={account.holds.length === 1 ? "1 open hold" : `${account.holds.length} open holds`}
      />
      <Figure label="Reserve" value={<Amount value={figures.reservePaise} />} href={here("reserve")} note="stays in the account" />
      <Figure
        label="Headroom"
        value={<Amount value={figures.headroomPaise} tone={isShort ? "failed" : "ink"} />}
        href={rows("payee_available")}
        note={isShort ? "below the reserve" : "balance − held − reserve"}
      />
    </FigureRow>
  );
}

const holdColumns = (beneficiaries: Beneficiaries | null): Column<HoldDto>[] => [
  { id: "payout", header: "To", phone: "lead", cell: (row) => <PayoutLink hold={row} payee={payeeOf(row, beneficiaries)} /> },
  { id: "ref", header: "Reference", cell: (row) => <span className="ref text-ink-3">{shortRef(row.payoutId)}</span> },
  { id: "since", header: "Held since", phone: "under", cell: (row) => <Time at={row.createdAt} relative /> },
  { id: "amount", header: "Amount", align: "end", phone: "trail", cell: (row) => <Amount value={row.amountPaise} /> },
];

/** As the beneficiaries below are named to whoever reads them; masked for everyone else. */
function payeeOf(hold: HoldDto, beneficiaries: Beneficiaries | null): string {
  const listed = beneficiaries?.items.find((one) => one.id === hold.beneficiaryId);
  return listed === undefined ? (hold.payee ?? shortRef(hold.payoutId)) : `${listed.name} ••${listed.last4}`;
}

function PayoutLink({ hold, payee }: { hold: HoldDto; payee: string }) {
  return (
    <Can permission="payouts.view" fallback={payee}>
      <Link className="row-link font-medium" href={`/payouts/${hold.payoutId}` as Route}>
        {payee}
      </Link>
    </Can>
  );
}

function Holds({ account, beneficiaries }: { account: AccountDto; beneficiaries: Beneficiaries | null }) {
  return (
    <div id="holds">
      <Section title="Open holds" note="money set aside for payouts on their way">
        <DataTable
          caption="Open holds"
          columns={holdColumns(beneficiaries)}
          rows={account.holds}
          rowKey={(row) => row.id}
          empty={
            <EmptyState kind="all-done" title="Nothing is held">
              No payout of this account is waiting or on its way.
            </EmptyState>
          }
        />
      </Section>
    </div>
  );
}
