"use client";
import { useQuery } from "@tanstack/react-query";
import { Ban, ShieldPlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Page, Section } from "@/components/shell/page.tsx";
import { useCan } from "@/components/shell/viewer.tsx";
import { Banner } from "@/components/ui/banner.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DataTable } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Time } from "@/components/ui/time.tsx";
import { ipRulesQuery } from "@/lib/edge/client";
import { countryName, ipScopes, type BanDto, type IpRules, type RuleDto } from "@/lib/edge/contract";
import { banColumns, ruleColumns } from "./rule-columns.tsx";
import { scopeWords, standing } from "./rule-words.ts";

const AddRule = lazy(() => import("./add-rule.tsx"));
const PlaceBan = lazy(() => import("./place-ban.tsx"));
const EndRule = lazy(async () => ({ default: (await import("./end-dialog.tsx")).EndRule }));
const LiftBan = lazy(async () => ({ default: (await import("./end-dialog.tsx")).LiftBan }));

type Open = { kind: "add" } | { kind: "ban" } | { kind: "end"; rule: RuleDto } | { kind: "lift"; ban: BanDto } | null;

/** Who may come from where: the rules of each scope, the bans, and from where the viewer comes. */
export function IpRulesView({ initial }: { initial: IpRules }) {
  const [open, setOpen] = useState<Open>(null);
  const [mayChange, mayBan] = [useCan("ip_rules.change"), useCan("bans.place")];
  const query = useQuery({ ...ipRulesQuery, initialData: initial, refetchInterval: 15_000 });
  const { rules, bans, pausedUntil, here, mayLift } = query.data;
  const close = () => setOpen(null);
  return (
    <Page
      title="IP rules"
      lead={<Here here={here} />}
      actions={
        <>
          <Button icon={<Ban size={14} aria-hidden />} reasons={mayBan.allowed ? [] : mayBan.reasons} onClick={() => setOpen({ kind: "ban" })}>
            Ban a network
          </Button>
          <Button variant="primary" icon={<ShieldPlus size={14} aria-hidden />} reasons={mayChange.allowed ? [] : mayChange.reasons} onClick={() => setOpen({ kind: "add" })}>
            Add a rule
          </Button>
        </>
      }
    >
      {pausedUntil === null ? null : (
        <Banner kind="stopped" title="No rule and no ban is applied right now">
          An operator suspended them from a terminal until <Time at={pausedUntil} />.
        </Banner>
      )}
      {query.isError ? (
        <Banner kind="degraded" title="The rules could not be read again">
          {query.error.message}
        </Banner>
      ) : null}
      <Section title="Who may come in where">
        <Scopes rules={rules} />
      </Section>
      <Section title="Rules" note={String(rules.length)}>
        <DataTable
          caption="IP rules"
          columns={ruleColumns(query.data.mayChange ? (rule) => setOpen({ kind: "end", rule }) : null)}
          rows={rules}
          rowKey={(row) => row.id}
          empty={
            <EmptyState kind="none-yet" title="No rules yet">
              Every scope is open to every network. The first “allow” of a scope closes it to all others.
            </EmptyState>
          }
        />
      </Section>
      <Section title="Bans" note={String(bans.length)}>
        <DataTable
          caption="Bans"
          columns={banColumns(mayLift ? (ban) => setOpen({ kind: "lift", ban }) : null)}
          rows={bans}
          rowKey={(row) => row.id}
          empty={
            <EmptyState kind="all-done" title="Nobody is banned">
              Networks that keep asking after being told to wait are banned for a while by the desk itself.
            </EmptyState>
          }
        />
      </Section>
      <Suspense fallback={null}>
        {open?.kind === "add" ? <AddRule onClose={close} /> : null}
        {open?.kind === "ban" ? <PlaceBan onClose={close} /> : null}
        {open?.kind === "end" ? <EndRule rule={open.rule} onClose={close} /> : null}
        {open?.kind === "lift" ? <LiftBan ban={open.ban} onClose={close} /> : null}
      </Suspense>
    </Page>
  );
}

function Here({ here }: { here: IpRules["here"] }) {
  const country = countryName(here.country);
  if (here.address === null) return <>Who may come from where. The desk does not know your address, so any “allow” would shut you out.</>;
  return (
    <>
      Who may come from where. You come from <span className="ref">{here.address}</span>
      {country === null ? null : ` (${country})`}.
    </>
  );
}

function Scopes({ rules }: { rules: readonly RuleDto[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-2 text-13 sm:grid-cols-2 lg:grid-cols-3">
      {ipScopes.map((scope) => {
        const { closed, sentence } = standing(rules, scope);
        return (
          <div key={scope} className="border-l border-line pl-3">
            <dt className="font-medium">{scopeWords[scope].label}</dt>
            <dd className={closed ? "text-ink" : "text-ink-2"}>{sentence}</dd>
          </div>
        );
      })}
    </dl>
  );
}
