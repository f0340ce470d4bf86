"use client";
import { useQuery } from "@tanstack/react-query";
import type { Route } from "next";
import type { ReactNode } from "react";
import { useCan } from "@/components/shell/viewer.tsx";
import { Place } from "@/components/shell/place.tsx";
import { channelLooks, kindLabels, methodText, movementLook } from "@/components/transactions/looks.ts";
import { Amount, amountText } from "@/components/ui/amount.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { LookBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { Timeline } from "@/components/ui/timeline.tsx";
import { Unread, unreadTitle } from "@/components/ui/unread.tsx";
import { linkQuery } from "@/lib/payments/client";
import { transactionQuery } from "@/lib/transactions/client";
import type { TransactionPanel as PanelDto } from "@/lib/transactions/contract";

type Props = { id: string; aside: ReactNode; onClose: () => void };

/** One movement beside the list: what it is, and everything that happened to it with the row that proves it. */
export default function TransactionPanel({ id, aside, onClose }: Props) {
  const query = useQuery({ ...transactionQuery(id), refetchInterval: 10_000 });
  const data = query.data;
  const acts = useActs(data);
  const title = data === undefined ? unreadTitle("transaction", query.error) : `${kindLabels[data.kind]} of ${amountText(data.amountPaise.replace("-", ""))}`;
  return (
    <Panel
      title={title}
      eyebrow={data === undefined ? "Transaction" : (data.accountName ?? "Suspense")}
      aside={aside}
      onClose={onClose}
      {...(acts === null ? {} : { footer: acts })}
    >
      {data === undefined ? <Unread what="transaction" error={query.error} onRetry={() => void query.refetch()} lines={12} /> : <Body data={data} />}
    </Panel>
  );
}

function Body({ data }: { data: PanelDto }) {
  const read = useReader();
  return (
    <div className="grid gap-6">
      {data.kind === "payment" && (data.status === "failed" || data.status === "cancelled") ? <NotPaid linkId={data.linkId} /> : null}
      <dl className="grid grid-cols-[8.5rem_1fr] items-baseline gap-x-4 gap-y-2 text-13">
        <Fact label="Status">
          <LookBadge look={movementLook(data, "page")} />
        </Fact>
        <Fact label="Amount">
          <Amount value={data.amountPaise} sign="always" />
        </Fact>
        <Fact label="When">
          <Time at={data.occurredAt} relative />
        </Fact>
        <Fact label="Method">{methodText(data.method)}</Fact>
        <Fact label="Other side">{data.counterparty}</Fact>
        <Fact label="Reached at">{data.contactMask}</Fact>
        <Fact label={data.last4?.startsWith("@") === true ? "UPI address" : "Account ends in"}>{data.last4 === null ? null : `••${data.last4}`}</Fact>
        <Fact label="Bank reference">{data.bankReference === null ? null : <Ref value={data.bankReference} label="bank reference" />}</Fact>
        <Fact label="Cashfree id">{data.gatewayId === null ? null : <Ref value={data.gatewayId} label="Cashfree id" />}</Fact>
        <Fact label="Order">{data.orderId === null ? null : <Ref value={data.orderId} label="order id" />}</Fact>
        <Fact label="Payment link">{data.linkId === null ? null : <Ref value={data.linkId} short label="link id" />}</Fact>
        <Fact label="Our id">
          <Ref value={data.sourceId} short label="our id" />
        </Fact>
      </dl>
      {data.withheld.length === 0 ? null : (
        <ul className="grid gap-1 text-12 text-ink-3">
          {data.withheld.map((item) => (
            <li key={item.field}>{item.sentence}</li>
          ))}
        </ul>
      )}
      <section>
        <h3 className="eyebrow pb-3">What happened</h3>
        {data.timeline.length === 0 ? <p className="text-13 text-ink-3">Nothing is recorded yet.</p> : <Timeline entries={data.timeline.map((step) => toEntry(step, read.text))} />}
      </section>
    </div>
  );
}

/** What a customer asks first: was I charged, and can I try again. */
function NotPaid({ linkId }: { linkId: string | null }) {
  const maySee = useCan("links.view").allowed;
  const link = useQuery({ ...linkQuery(linkId ?? ""), enabled: maySee && linkId !== null });
  const open = link.data?.status === "active" || link.data?.status === "partially_paid" ? link.data : null;
  return (
    <p className="text-13">
      No money was booked for this attempt.
      {open === null ? null : (
        <>
          {" "}
          <Place id={open.id}>Its link</Place> is still open until <Time at={open.expiresAt} />, so it can be paid again.
        </>
      )}
    </p>
  );
}

/** What the evidence's own fields are called. */
const detailWords: Record<string, string> = {
  status: "the gateway's word",
  error: "the gateway's reason",
  cashfreePayment: "Cashfree payment",
  cfTransferId: "Cashfree transfer",
  utr: "UTR",
  lane: "signature",
  secret: "signed with",
  outcome: "answer",
  code: "the gateway's word",
  gatewayCode: "the gateway's word",
  choice: "chosen",
  digest: "digest signed",
};

function toEntry(step: PanelDto["timeline"][number], text: (sentence: string) => string) {
  const look = channelLooks[step.channel];
  const details = Object.entries(step.detail).filter(([, value]) => value !== "");
  return {
    id: step.id,
    at: step.at,
    sentence: text(step.sentence),
    actor: `${look.label}\u00a0· ${step.actor}`,
    icon: look.icon,
    evidence: <Ref value={step.reference} short label="evidence" />,
    ...(details.length === 0 ? {} : { detail: <span className="text-12">{details.map(([name, value]) => `${detailWords[name] ?? name}: ${text(value)}`).join(" · ")}</span> }),
  };
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  if (children === null || children === undefined) return null;
  return (
    <>
      <dt className="text-ink-3">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** The ways on from here that this person has; null when there is none, so that no empty foot is drawn. */
function useActs(data: PanelDto | undefined): ReactNode {
  const payouts = useCan("payouts.view").allowed;
  const audit = useCan("audit.view").allowed;
  const links = useCan("links.view").allowed;
  const accounts = useCan("accounts.view").allowed;
  if (data === undefined) return null;
  const acts: [string, Route][] = [];
  if (data.kind === "payout" && payouts) acts.push(["Open payout", `/payouts/${data.sourceId}` as Route]);
  if (data.linkId !== null && links) acts.push(["Open link", `/links?id=${data.linkId}` as Route]);
  if (data.accountId !== null && accounts) acts.push(["Open account", `/accounts/${data.accountId}` as Route]);
  if (audit) acts.push(["Its audit trail", `/audit?objectId=${data.sourceId}` as Route]);
  if (acts.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {acts.map(([label, href]) => (
        <ButtonLink key={href} href={href}>
          {label}
        </ButtonLink>
      ))}
    </div>
  );
}
