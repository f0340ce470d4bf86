"use client";
import { useQuery } from "@tanstack/react-query";
import type { Route } from "next";
import Link from "next/link";
import { FactList, type Fact } from "@/components/statement";
import { actorPhrase, actorText } from "@/components/people/actor-text.ts";
import { countText } from "@/components/ui/count.ts";
import { Neighbours } from "@/components/ui/neighbours.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { Unread, unreadTitle } from "@/components/ui/unread.tsx";
import { roleLabels, type Role } from "@/lib/access";
import { auditEventQuery } from "@/lib/audit/client";
import type { AuditEvent, AuditRow } from "@/lib/audit/contract";
import { Place } from "@/components/shell/place.tsx";
import { factorWords, kindWords, objectWords, reasonWords, rowWords } from "@/lib/http/act-words";
import { auditHref, outcomeLooks } from "./audit-looks.ts";
import { Difference } from "./difference.tsx";
import { hasObject } from "./trail-words.ts";

type Props = { id: string; rows: readonly AuditRow[]; initial: AuditEvent | null; onOpen: (id: string | null) => void };

/** One row of the trail: who, on what, what changed, and the proof that it is still what was written. */
export function EventPanel({ id, rows, initial, onOpen }: Props) {
  const query = useQuery({ ...auditEventQuery(id), ...(initial === null ? {} : { initialData: initial }) });
  const at = rows.findIndex((row) => row.id === id);
  const event = query.data;
  const row = event ?? rows[at];
  return (
    <Panel
      eyebrow="Audit row"
      title={row === undefined ? unreadTitle("audit row", query.error) : rowWords(row)}
      aside={<Neighbours keys={rows.map((row) => row.id)} open={id} onOpen={onOpen} />}
      onClose={() => onOpen(null)}
    >
      {event === undefined ? (
        <Unread what="audit row" error={query.error} onRetry={() => void query.refetch()} lines={8} />
      ) : (
        <div className="grid gap-6">
          <FactList facts={factsOf(event)} />
          <Difference event={event} />
          <section className="grid gap-2">
            <h3 className="text-14 font-semibold">Proof</h3>
            <FactList label="Proof" facts={proofOf(event)} />
          </section>
          <p className="flex flex-wrap gap-x-4 gap-y-1 text-13">
            {hasObject(event) ? (
              <Link className="link" href={auditHref({ objectId: event.objectId }) as Route}>
                All rows about it
              </Link>
            ) : null}
            <Link className="link" href={auditHref({ actorId: event.actor.id }) as Route}>
              All rows by {actorPhrase(event.actor)}
            </Link>
          </p>
        </div>
      )}
    </Panel>
  );
}

function factsOf(event: AuditEvent): Fact[] {
  const wide = (label: string, value: Fact["value"]): Fact => ({ label, value, wide: true });
  const known = (label: string, value: string | null, mono = true): Fact[] =>
    value === null ? [] : [wide(label, mono ? <Ref value={value} label={label.toLowerCase()} /> : value)];
  const roles = event.actor.roles.map((role) => roleLabels[role as Role] ?? role).join(", ");
  return [
    wide("Act", <span className="ref">{event.verb}</span>),
    wide("Outcome", <StatusBadge status={event.outcome} looks={outcomeLooks} />),
    wide("When", <Time at={event.at} relative />),
    wide(
      "Who",
      <>
        <Place id={event.actor.id}>{actorText(event.actor)}</Place>
        {roles === "" ? null : <span className="text-ink-3"> · {roles}</span>}
      </>,
    ),
    wide(
      "On what",
      <>
        <Place id={event.objectId}>{event.objectName === null ? kindWords(event.objectKind) : objectWords(event.objectKind, event.objectName)}</Place>{" "}
        {hasObject(event) ? <Ref value={event.objectId} label="object id" /> : null}
      </>,
    ),
    ...known("Reason", event.reason === null ? null : reasonWords(event.reason), false),
    ...known("Second factor", event.factor === null ? null : factorWords(event.factor), false),
    ...known("Session", event.sessionId),
    ...known("Address", event.ip),
    ...known("Request", event.requestId),
  ];
}

function proofOf(event: AuditEvent): Fact[] {
  const sealed = event.position === null ? "Not sealed yet; within a second, as a rule." : `${countText(Number(event.position))}, counted from 0`;
  const head =
    event.headSize === null ? (
      "No signed head covers it yet."
    ) : (
      <>
        {countText(Number(event.headSize))} rows, signed <Time at={event.headSignedAt} phrase />
      </>
    );
  return [
    { label: "Position", value: sealed, wide: true },
    { label: "Leaf hash", value: <Ref value={event.leaf} label="leaf hash" />, wide: true },
    ...(event.chain === null ? [] : [{ label: "Chain hash", value: <Ref value={event.chain} label="chain hash" />, wide: true }]),
    { label: "First head", value: head, wide: true },
  ];
}
