"use client";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { ChangeSheet } from "@/components/people/change-sheet.tsx";
import { grantLooks, personLooks } from "@/components/people/looks.ts";
import { FactList, type Fact } from "@/components/statement";
import { Button } from "@/components/ui/button.tsx";
import { pluralText } from "@/components/ui/count.ts";
import { Panel } from "@/components/ui/panel.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { Unread, unreadTitle } from "@/components/ui/unread.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { roleLabels, type Role } from "@/lib/access";
import { personQuery, type PersonVerb } from "@/lib/users/client";
import type { Change, Grant, Person, PersonRow } from "@/lib/users/contract";
import { ActDialog } from "./act-dialog.tsx";
import { PersonActs } from "./person-acts.tsx";
import { PersonSessions } from "./person-sessions.tsx";
import { RoleDialog } from "./role-dialog.tsx";

type Props = { id: string; row: PersonRow | undefined; aside: ReactNode; onClose: () => void };

/** One person: what they hold and until when, what waits about them, where they are signed in, and what may be done. */
export function PersonPanel({ id, row, aside, onClose }: Props) {
  const query = useQuery(personQuery(id));
  const [asking, setAsking] = useState<{ verb: PersonVerb; role?: Role } | null>(null);
  const [giving, setGiving] = useState(false);
  const maySee = useCan("sessions.view").allowed;
  const person = query.data;
  return (
    <Panel eyebrow="Person" title={person?.name ?? row?.name ?? unreadTitle("person", query.error)} aside={aside} onClose={onClose}>
      {person === undefined ? (
        <Unread what="person" error={query.error} onRetry={() => void query.refetch()} lines={8} />
      ) : (
        <div className="grid gap-6">
          <FactList facts={factsOf(person)} />
          <Grants grants={person.grants} onEnd={(role) => setAsking({ verb: "end_role", role })} />
          <Proposals person={person} />
          {maySee ? <PersonSessions id={id} name={person.name} /> : null}
          <PersonActs person={person} onGive={() => setGiving(true)} onAsk={(verb) => setAsking({ verb })} />
          {giving ? <RoleDialog person={person} onClose={() => setGiving(false)} /> : null}
          {asking === null ? null : <ActDialog person={person} {...asking} onClose={() => setAsking(null)} />}
        </div>
      )}
    </Panel>
  );
}

function factsOf(person: Person): Fact[] {
  const { factors } = person;
  const kinds = [
    factors.totp ? "authenticator app" : "",
    factors.passkeys > 0 ? pluralText(factors.passkeys, "passkey") : "",
    factors.recoveryCodes > 0 ? pluralText(factors.recoveryCodes, "recovery code") : "",
  ];
  const said = kinds.filter((kind) => kind !== "").join(", ");
  return [
    { label: "Status", value: <StatusBadge status={person.status} looks={personLooks} />, wide: true },
    { label: "Email", value: <span className="ref">{person.emailMasked}</span>, wide: true },
    { label: "Last seen", value: person.lastSeenAt === null ? "never" : <Time at={person.lastSeenAt} relative />, wide: true },
    ...(person.resetAskedAt === null
      ? []
      : [
          {
            label: "Password",
            value: (
              <>
                said they forgot it <Time at={person.resetAskedAt} phrase relative />; make sure it is them, then hand out a link
              </>
            ),
            wide: true,
          },
        ]),
    { label: "Second factors", value: said === "" ? "none yet" : said, wide: true },
    ...(person.frozenUntil === null
      ? []
      : [
          {
            label: "Payouts",
            value: (
              <>
                decides none until <Time at={person.frozenUntil} />
              </>
            ),
            wide: true,
          },
        ]),
    ...(person.clients === 0
      ? []
      : [{ label: "API clients", value: `counts as maker of what ${pluralText(person.clients, "client")} ${person.clients === 1 ? "asks" : "ask"} for`, wide: true }]),
    { label: "Person id", value: <Ref value={person.id} label="person id" short />, wide: true },
  ];
}

const heading = "text-14 font-semibold";

function Until({ at }: { at: string | null }) {
  return at === null ? (
    "with no end set"
  ) : (
    <>
      to <Time at={at} />
    </>
  );
}

function Grants({ grants, onEnd }: { grants: readonly Grant[]; onEnd: (role: Role) => void }) {
  const may = useCan("roles.end");
  return (
    <section className="grid gap-2" aria-label="Roles">
      <h3 className={heading}>Roles</h3>
      {grants.length === 0 ? <p className="text-13 text-ink-2">No role yet. Without one a person sees nothing.</p> : null}
      <ul className="grid border-t border-line text-13">
        {grants.map((grant) => (
          <li key={grant.id} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 border-b border-line py-2">
            <div className="min-w-0">
              <span className="font-medium">{roleLabels[grant.role]}</span> <StatusBadge status={grant.state} looks={grantLooks} className="ml-2" />
              <span className="block text-12 text-ink-3">
                From <Time at={grant.validFrom} /> <Until at={grant.endedAt ?? grant.validUntil} />, given by {grant.grantedBy.name.replace(/^The /, "the ")}
                {grant.endedBy === null ? "" : `, ended by ${grant.endedBy.name}`}
              </span>
            </div>
            {grant.state === "held" || grant.state === "later" ? (
              <Button variant="bare" reasons={may.allowed ? [] : may.reasons} onClick={() => onEnd(grant.role)}>
                End {roleLabels[grant.role]}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Proposals({ person }: { person: Person }) {
  const open = person.changes.filter((change) => change.status === "pending");
  const theirs = open.filter((change) => change.subject.id === person.id);
  return (
    <>
      <Waiting title="Waiting for a second admin" changes={theirs} />
      <Waiting title={`Proposed by ${person.name}, waiting for a second admin`} changes={open.filter((change) => !theirs.includes(change))} />
    </>
  );
}

function Waiting({ title, changes }: { title: string; changes: readonly Change[] }) {
  if (changes.length === 0) return null;
  return (
    <section className="grid gap-4" aria-label={title}>
      <h3 className={heading}>{title}</h3>
      {changes.map((change) => (
        <ChangeSheet key={change.id} change={change} />
      ))}
    </section>
  );
}
