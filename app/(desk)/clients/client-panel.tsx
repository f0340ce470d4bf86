"use client";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Section } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Button } from "@/components/ui/button.tsx";
import { useNow } from "@/components/ui/now.tsx";
import { Panel } from "@/components/ui/panel.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { Unread, unreadTitle } from "@/components/ui/unread.tsx";
import { clientQuery } from "@/lib/clients/client";
import { apiScopeLabels, type ClientPanel as Client } from "@/lib/clients/contract";
import type { Decision } from "@/lib/errors";
import { parseInstant } from "@/lib/time";
import { ChangeClient } from "./change-client.tsx";
import { algorithmLabels, clientLooks, makerLabels } from "./columns.tsx";
import { HowToCall } from "./how-to-call.tsx";
import { RotateClient } from "./rotate-client.tsx";

type Asking = "rotate" | "disable" | "enable";

/** One client: what it may do, its keys, who may never approve what it asks for, and its latest calls. */
export default function ClientPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(clientQuery(id));
  const [asking, setAsking] = useState<Asking | null>(null);
  const client = query.data;
  if (client === undefined)
    return (
      <Panel eyebrow="API client" title={unreadTitle("API client", query.error)} onClose={onClose}>
        <Unread what="API client" error={query.error} onRetry={() => void query.refetch()} lines={8} />
      </Panel>
    );
  return (
    <Panel eyebrow="API client" title={client.name} onClose={onClose} footer={<Acts client={client} onAsk={setAsking} />}>
      <Facts client={client} />
      <Makers client={client} />
      <Keys client={client} />
      <Calls client={client} />
      {asking === "rotate" ? <RotateClient client={client} onClose={() => setAsking(null)} /> : null}
      {asking === "disable" || asking === "enable" ? <ChangeClient client={client} verb={asking} onClose={() => setAsking(null)} /> : null}
    </Panel>
  );
}

function Acts({ client, onAsk }: { client: Client; onAsk: (asking: Asking) => void }) {
  const reasons = (decision: Decision) => (decision.allowed ? [] : decision.reasons);
  const rotate = useCan("clients.rotate");
  const disable = useCan("clients.disable");
  const enable = useCan("clients.create");
  if (client.state === "expired") return <p className="text-13 text-ink-2">An expired client stays so. Create a new one.</p>;
  if (client.state === "disabled")
    return (
      <Button variant="primary" reasons={reasons(enable)} onClick={() => onAsk("enable")}>
        Enable it again
      </Button>
    );
  return (
    <div className="flex flex-wrap items-start gap-3">
      <Button reasons={reasons(rotate)} onClick={() => onAsk("rotate")}>
        Give it a new key
      </Button>
      <Button variant="danger" reasons={reasons(disable)} onClick={() => onAsk("disable")}>
        Disable it
      </Button>
    </div>
  );
}

function Facts({ client }: { client: Client }) {
  return (
    <dl className="grid grid-cols-[7.5rem_1fr] items-baseline gap-x-4 gap-y-2 text-13">
      <Fact label="State">
        <StatusBadge status={client.state} looks={clientLooks} why={client.stateReason ?? undefined} />
      </Fact>
      <Fact label="Owner">{client.owner.name}</Fact>
      <Fact label="It may">
        <ul>
          {client.scopes.map((scope) => (
            <li key={scope}>{apiScopeLabels[scope]}</li>
          ))}
        </ul>
      </Fact>
      <Fact label="Signs with">{algorithmLabels[client.algorithm]}</Fact>
      <Fact label="Calls from">{client.addresses.length === 0 ? "Anywhere" : <span className="ref">{client.addresses.join(", ")}</span>}</Fact>
      <Fact label="Made in">{client.environment}</Fact>
      <Fact label="Expires">
        <Time at={client.expiresAt} relative />
      </Fact>
      <Fact label="Last used">{client.lastUsedAt === null ? "Never" : <Time at={client.lastUsedAt} relative />}</Fact>
      <Fact label="Client id">
        <Ref value={client.id} short label="client id" />
      </Fact>
    </dl>
  );
}

function Makers({ client }: { client: Client }) {
  return (
    <Section title="Who can never approve what it asks for">
      <p className="text-13 text-ink-2">They could have asked for it themselves, so they count as its makers, for good.</p>
      <ul className="grid gap-1 pt-2 text-13">
        {client.makers.map((maker) => (
          <li key={`${maker.person.id}${maker.why}`}>
            {maker.person.name} <span className="text-ink-3">{makerLabels[maker.why]} · </span>
            <Time at={maker.since} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Keys({ client }: { client: Client }) {
  return (
    <Section title="Keys">
      <ul className="grid gap-3 text-13">
        {client.keys.map(({ id, fingerprint, goodUntil, createdBy, createdAt }) => (
          <li key={id}>
            <span className="block font-medium">{goodUntil === null ? client.keys.length === 1 ? "In use" : "The newest, in use" : <Ending at={goodUntil} />}</span>
            {fingerprint === null ? "A secret" : <Ref value={fingerprint} short label="fingerprint of the public key" />}
            <span className="block text-ink-3">
              by {createdBy}, <Time at={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A key that another one has replaced. */
function Ending({ at }: { at: string }) {
  const now = useNow();
  const [until, current] = [parseInstant(at), now === null ? null : parseInstant(now)];
  const over = until !== null && current !== null && until <= current;
  return (
    <>
      {over ? "Replaced, ended" : "Replaced, ends"} <Time at={at} phrase />
    </>
  );
}

function Calls({ client }: { client: Client }) {
  return (
    <Section title="Latest calls">
      {client.calls.length === 0 ? <p className="pb-1 text-13 text-ink-2">It has not called yet.</p> : null}
      <HowToCall />
      <ul className="grid gap-2 pt-2 text-13">
        {client.calls.map((call) => (
          <li key={call.requestId}>
            <span className="ref break-all">
              {call.method} {call.path}
            </span>
            <span className="block text-ink-3">
              <Time at={call.at} /> · from {call.ip ?? "an unknown address"}
            </span>
          </li>
        ))}
      </ul>
    </Section>
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
