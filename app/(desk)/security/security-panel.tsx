"use client";
import { useQuery } from "@tanstack/react-query";
import type { Route } from "next";
import Link from "next/link";
import { FactList, type Fact } from "@/components/statement";
import { actorPhrase, actorText } from "@/components/people/actor-text.ts";
import { Place } from "@/components/shell/place.tsx";
import { RecordedValue } from "@/components/trail/recorded-value.tsx";
import { Neighbours } from "@/components/ui/neighbours.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { Time } from "@/components/ui/time.tsx";
import { Unread, unreadTitle } from "@/components/ui/unread.tsx";
import { securityEventQuery } from "@/lib/monitoring/client";
import type { SecurityEventRow, SecuritySearch } from "@/lib/monitoring/contract";
import { fieldWords } from "@/lib/http/field-words";
import { eventTitle } from "./event-titles.ts";
import { securityHref, severityLooks, withShortRefs } from "./security-looks.ts";

type Props = { id: string; rows: readonly SecurityEventRow[]; initial: SecurityEventRow | null; search: SecuritySearch; onOpen: (id: string) => void; onClose: () => void };

/** One event: what happened in a sentence, who, about whom, from where, and the facts it carries. */
export function SecurityPanel({ id, rows, initial, search, onOpen, onClose }: Props) {
  const at = rows.findIndex((row) => row.id === id);
  const known = rows[at] ?? initial;
  const query = useQuery({ ...securityEventQuery(id), enabled: known === null, ...(known === null ? {} : { initialData: known }) });
  const event = known ?? query.data;
  const read = useReader();
  return (
    <Panel
      eyebrow="Security event"
      title={event === undefined ? unreadTitle("security event", query.error) : withShortRefs(read.text(event.sentence))}
      aside={<Neighbours keys={rows.map((row) => row.id)} open={id} onOpen={onOpen} />}
      onClose={onClose}
    >
      {event === undefined ? (
        <Unread what="security event" error={query.error} onRetry={() => void query.refetch()} lines={8} />
      ) : (
        <div className="grid gap-6">
          <FactList facts={[{ label: "What happened", value: withShortRefs(read.text(event.sentence)), wide: true }, ...factsOf(event)]} />
          <p className="flex flex-wrap gap-x-4 gap-y-1 text-13">
            <Link className="link" href={securityHref({ ...search, personId: event.actor.id }) as Route}>
              Everything by {actorPhrase(event.actor)}
            </Link>
            {event.subject === null || event.subject.id === event.actor.id ? null : (
              <Link className="link" href={securityHref({ ...search, personId: event.subject.id }) as Route}>
                Everything about {event.subject.name ?? event.subject.id}
              </Link>
            )}
            {clientOf(event) === null ? null : (
              <Link className="link" href={`/clients?id=${clientOf(event) ?? ""}` as Route}>
                The API client
              </Link>
            )}
            <Link className="link" href={`/audit?actorId=${encodeURIComponent(event.actor.id)}` as Route}>
              Their rows in the trail
            </Link>
          </p>
        </div>
      )}
    </Panel>
  );
}

/** The program that acted, or that it is about. */
function clientOf({ actor, fields }: SecurityEventRow): string | null {
  return [actor.id, fields["clientId"], fields["client"]].map(String).find((id) => /^cl_[0-9a-z]{26}$/.test(id)) ?? null;
}

function factsOf(event: SecurityEventRow): Fact[] {
  const wide = (label: string, value: Fact["value"]): Fact => ({ label, value, wide: true });
  const ref = (label: string, value: string | null): Fact[] => (value === null ? [] : [wide(label, <Ref value={value} label={label.toLowerCase()} />)]);
  return [
    wide(
      "Event",
      <>
        {eventTitle(event.event)} <span className="ref text-ink-3">{event.event}</span>
      </>,
    ),
    wide("Severity", <StatusBadge status={event.severity} looks={severityLooks} />),
    wide("When", <Time at={event.at} relative />),
    wide("Who", <Place id={event.actor.id}>{actorText(event.actor)}</Place>),
    ...(event.subject === null ? [] : [wide("About", <Place id={event.subject.id}>{event.subject.name ?? event.subject.id}</Place>)]),
    ...(event.firstTime ? [wide("First time", "This person had never done this before.")] : []),
    ...ref("Address", event.ip),
    ...ref("Session", event.sessionId),
    ...ref("Request", event.requestId),
    ...Object.entries(event.fields).map(([name, value]) => wide(fieldWords(name), <RecordedValue name={name} value={String(value)} />)),
  ];
}
