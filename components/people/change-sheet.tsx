"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { SignatureLine, Statement, type Fact } from "@/components/statement";
import { Button } from "@/components/ui/button.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels, type Role } from "@/lib/access";
import { decideMutation, previewQuery, userKeys, withdrawMutation } from "@/lib/users/client";
import type { Change } from "@/lib/users/contract";
import { whyLength } from "@/lib/why";
import { changeLooks } from "./looks.ts";
import { PreviewView } from "./preview-view.tsx";
import { Problem } from "@/components/shell/problem.tsx";

function headline(change: Change): string {
  return change.role === null ? "Reset of second factors" : roleLabels[change.role];
}

function factsOf(change: Change): Fact[] {
  const dates: Fact[] =
    change.kind === "factor_reset"
      ? [{ label: "Takes effect", value: "At once: every second factor and session ends, and they decide no payout for 24 hours.", wide: true }]
      : [
          { label: "From", value: change.validFrom === null ? "when it is agreed" : <Time at={change.validFrom} /> },
          { label: "Until", value: change.validUntil === null ? "until it is ended" : <Time at={change.validUntil} /> },
        ];
  return [...dates, { label: "Reason", value: change.reason, wide: true }, { label: "Open until", value: <Time at={change.expiresAt} relative />, wide: true }];
}

/** One proposal about a person as the sheet two admins sign. */
export function ChangeSheet({ change }: { change: Change }) {
  return (
    <Statement
      kind={change.kind === "role_grant" ? "A role for a person" : "A reset for a person"}
      reference={<Ref value={change.id} label="proposal" short />}
      status={<StatusBadge status={change.status} looks={changeLooks} />}
      headingLevel={3}
      headline={headline(change)}
      to={`for ${change.subject.name}`}
      facts={factsOf(change)}
      {...(change.role !== null && change.status === "pending" && change.decideReasons.length === 0
        ? { aside: <Foreseen change={change} role={change.role} />, asideLabel: "What it would change" }
        : {})}
      lines={
        <>
          <SignatureLine role="Proposed" state="signed" name={change.proposedBy.name} at={change.proposedAt} />
          <SecondLine change={change} />
        </>
      }
      seal={change.mayWithdraw ? <TakeBack change={change} /> : undefined}
    />
  );
}

/** For whoever decides: what they would put into the person's hands. */
function Foreseen({ change, role }: { change: Change; role: Role }) {
  const { validFrom, validUntil } = change;
  const query = useQuery(
    previewQuery({ userId: change.subject.id, role, change: "grant", ...(validFrom === null ? {} : { validFrom }), ...(validUntil === null ? {} : { validUntil }) }),
  );
  if (query.data !== undefined) return <PreviewView preview={query.data} />;
  return query.error === null ? <SkeletonLines lines={3} label="Working out what it changes" /> : <Problem error={query.error} />;
}

function SecondLine({ change }: { change: Change }) {
  const { decidedBy, decidedAt, status } = change;
  if (decidedBy !== null && decidedAt !== null && (status === "approved" || status === "refused"))
    return <SignatureLine role="Second admin" state={status === "approved" ? "signed" : "refused"} name={decidedBy.name} at={decidedAt} by={change.decisionReason ?? undefined} />;
  if (status !== "pending") return <SignatureLine role="Second admin" state="void" why={changeLooks[status].label} />;
  if (change.decideReasons.length > 0)
    return <SignatureLine role="Second admin" state="open" who={change.decideReasons.map((reason) => [reason.sentence, reason.wayOut].filter(Boolean).join(" ")).join(" ")} />;
  return (
    <SignatureLine role="You decide" state="yours">
      <Decide change={change} />
    </SignatureLine>
  );
}

function Decide({ change }: { change: Change }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const decide = useMutation({ ...decideMutation, onSettled: () => client.invalidateQueries({ queryKey: userKeys.all }) });
  const say = (decision: "approve" | "refuse") => decide.mutate({ change, decision, ...(reason.trim() === "" ? {} : { reason: reason.trim() }) });
  return (
    <div className="grid gap-3">
      <TextArea label="Note" hint="Optional; it stays with the decision." rows={2} value={reason} maxLength={whyLength.max} onChange={(event) => setReason(event.target.value)} />
      <Problem error={decide.error} />
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" busy={decide.isPending} onClick={() => say("approve")}>
          {change.role === null ? `Reset the factors of ${change.subject.name}` : `Give ${roleLabels[change.role]} to ${change.subject.name}`}
        </Button>
        <Button busy={decide.isPending} onClick={() => say("refuse")}>
          Refuse it
        </Button>
      </div>
    </div>
  );
}

function TakeBack({ change }: { change: Change }) {
  const client = useQueryClient();
  const withdraw = useMutation({ ...withdrawMutation, onSettled: () => client.invalidateQueries({ queryKey: userKeys.all }) });
  return (
    <div className="grid justify-items-start gap-2">
      <Problem error={withdraw.error} />
      <Button busy={withdraw.isPending} onClick={() => withdraw.mutate({ id: change.id })}>
        Take the proposal back
      </Button>
    </div>
  );
}
