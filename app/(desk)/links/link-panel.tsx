"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, Copy, ExternalLink } from "lucide-react";
import type { Route } from "next";
import { useState, type ReactNode } from "react";
import { useCan } from "@/components/shell/viewer.tsx";
import { Amount, amountText } from "@/components/ui/amount.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { cancelLinkMutation, linkKeys } from "@/lib/payments/client";
import type { LinkRow } from "@/lib/payments/contract";
import { canCancelLink } from "@/lib/payments/policy";
import { linkLooks } from "./columns.tsx";

/** One link: its address to share, what came of it, and cancelling it. */
export default function LinkPanel({ link, onClose }: { link: LinkRow; onClose: () => void }) {
  const client = useQueryClient();
  const permitted = useCan("links.cancel");
  const allowed = canCancelLink(link.status);
  const reasons = [permitted, allowed].flatMap((decision) => (decision.allowed ? [] : decision.reasons));
  const cancel = useMutation({ ...cancelLinkMutation, onSettled: () => client.invalidateQueries({ queryKey: linkKeys.all }) });
  return (
    <Panel
      eyebrow={link.accountName}
      title={`${amountText(link.amountPaise)} for ${link.purpose}`}
      onClose={onClose}
      footer={
        <div className="flex flex-wrap items-start gap-3">
          <ButtonLink href={`/transactions?q=${link.id}` as Route}>Its payments</ButtonLink>
          <Button variant="danger" busy={cancel.isPending} reasons={reasons} onClick={() => cancel.mutate({ id: link.id })}>
            Cancel this link
          </Button>
        </div>
      }
    >
      <div className="grid gap-5">
        <Share link={link} />
        <dl className="grid grid-cols-[8.5rem_1fr] items-baseline gap-x-4 gap-y-2 text-13">
          <Fact label="Status">
            <StatusBadge status={link.status} looks={linkLooks} />
          </Fact>
          <Fact label="Asked for">
            <Amount value={link.amountPaise} />
          </Fact>
          <Fact label="Paid">
            <Amount value={link.paidPaise} />
          </Fact>
          <Fact label="Customer">{[link.customerMask, link.phoneMask, link.emailMask].filter((mask) => mask !== null).join(" · ")}</Fact>
          <Fact label="Made">
            <Time at={link.createdAt} /> by {link.createdByName}
          </Fact>
          <Fact label="Expires">
            <Time at={link.expiresAt} relative />
          </Fact>
          <Fact label="Link id">
            <Ref value={link.id} short label="link id" />
          </Fact>
        </dl>
        {cancel.error === null ? null : (
          <p role="alert" className="text-13 text-failed">
            {cancel.error.message}
          </p>
        )}
      </div>
    </Panel>
  );
}

function Share({ link }: { link: LinkRow }) {
  const [copied, setCopied] = useState(false);
  if (link.url === null) {
    return (
      <p className="text-13 text-ink-2">
        {link.status === "creating" ? "The gateway has not answered yet. It is asked again every few seconds." : "There is no address to share."}
      </p>
    );
  }
  const url = link.url;
  const copy = () => void navigator.clipboard.writeText(url).then(() => setCopied(true));
  return (
    <section aria-label="Address to share" className="grid gap-2">
      <p className="ref break-all text-13">{url}</p>
      <div data-screen-only className="flex flex-wrap gap-2">
        <Button variant="primary" icon={copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />} onClick={copy}>
          {copied ? "Copied" : "Copy the address"}
        </Button>
        <a className="btn" data-variant="quiet" href={url} target="_blank" rel="noreferrer">
          <ExternalLink size={14} aria-hidden />
          Open the payment page
        </a>
      </div>
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
