"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { valueText } from "@/components/settings/value-text.ts";
import { Statement, FactList, SignatureLine, type Fact } from "@/components/statement";
import { Panel } from "@/components/ui/panel.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { Time } from "@/components/ui/time.tsx";
import type { ShownReason } from "@/components/ui/button.tsx";
import { settingQuery, settingsQuery } from "@/lib/settings/client";
import type { Proposal, Setting, SettingDetail } from "@/lib/settings/contract";
import { DecideForm } from "./decide-form.tsx";
import { ProposeForm } from "./propose-form.tsx";
import { boundsText, directionWords } from "./setting-words.ts";

type Props = { setting: Setting; initial: SettingDetail | null; proposeReasons: readonly ShownReason[]; onClose: () => void; onChanged: () => void };

/** One setting: what it does, between which bounds, what waits for a signature, and what was decided before. */
export function SettingPanel({ setting, initial, proposeReasons, onClose, onChanged }: Props) {
  const client = useQueryClient();
  const query = useQuery({ ...settingQuery(setting.name), ...(initial === null ? {} : { initialData: initial }) });
  const shown = query.data?.setting ?? setting;
  const changed = (detail: SettingDetail) => {
    client.setQueryData(settingQuery(setting.name).queryKey, detail);
    void client.invalidateQueries({ queryKey: settingsQuery.queryKey });
    onChanged();
  };
  return (
    <Panel eyebrow="Setting" title={shown.label} onClose={onClose}>
      <div className="grid gap-6">
        <p className="text-14">{shown.about}</p>
        <FactList facts={factsOf(shown)} />
        {shown.open === null ? (
          <ProposeForm key={shown.version} setting={shown} reasons={proposeReasons} onDone={changed} />
        ) : (
          <OpenProposal setting={shown} proposal={shown.open} onDone={changed} />
        )}
        <History setting={shown} history={query.data?.history ?? []} />
      </div>
    </Panel>
  );
}

function factsOf(setting: Setting): Fact[] {
  const by = setting.changedBy === null ? "Nobody has changed it." : setting.changedBy.name;
  return [
    { label: "Now", value: <strong className="num font-semibold">{valueText(setting, setting.value)}</strong>, wide: true },
    { label: "Default", value: valueText(setting, setting.fallback), wide: true },
    { label: "Allowed", value: boundsText(setting), wide: true },
    {
      label: "Last changed",
      value: (
        <>
          {by} {setting.changedAt === null ? null : <Time at={setting.changedAt} phrase />}
        </>
      ),
      wide: true,
    },
  ];
}

function OpenProposal({ setting, proposal, onDone }: { setting: Setting; proposal: Proposal; onDone: (detail: SettingDetail) => void }) {
  return (
    <Statement
      kind="Change of a setting"
      reference={<Ref value={proposal.id} label="proposal" short />}
      headingLevel={3}
      headline={valueText(setting, proposal.value)}
      to={`instead of ${valueText(setting, proposal.before)}`}
      leaves={directionWords[proposal.direction]}
      facts={[
        { label: "Reason", value: proposal.reason, wide: true },
        { label: "Takes effect", value: "At once, for everybody, when the second person accepts.", wide: true },
      ]}
      lines={
        <>
          <SignatureLine role="Proposed" state="signed" name={proposal.proposedBy.name} at={proposal.proposedAt} />
          {proposal.decideReasons.length === 0 ? (
            <SignatureLine role="You decide" state="yours">
              <DecideForm setting={setting} proposal={proposal} onDone={onDone} />
            </SignatureLine>
          ) : (
            <SignatureLine role="Second person" state="open" who={proposal.decideReasons.map((reason) => [reason.sentence, reason.wayOut].filter(Boolean).join(" ")).join(" ")} />
          )}
        </>
      }
      seal={proposal.mayWithdraw ? <DecideForm setting={setting} proposal={proposal} onDone={onDone} withdrawOnly /> : undefined}
    />
  );
}

const outcomes: Record<Exclude<Proposal["status"], "pending">, string> = { accepted: "accepted by", refused: "turned down by", withdrawn: "taken back by" };

function History({ setting, history }: { setting: Setting; history: readonly Proposal[] }) {
  if (history.length === 0) return null;
  return (
    <section className="grid gap-2">
      <h3 className="text-14 font-semibold">Before</h3>
      <ol aria-label="Earlier proposals" className="grid gap-3 border-t border-line pt-3 text-13">
        {history.map((proposal) => (
          <li key={proposal.id}>
            <p>
              {valueText(setting, proposal.before)} to {valueText(setting, proposal.value)}: proposed by {proposal.proposedBy.name}
              {proposal.status === "pending" ? null : `, ${outcomes[proposal.status]} ${proposal.decidedBy?.name ?? "nobody"}`}{" "}
              {proposal.decidedAt === null ? null : <Time at={proposal.decidedAt} phrase className="text-ink-3" />}
            </p>
            <p className="text-ink-3">{[proposal.reason, proposal.decideReason].filter((text) => text !== null).join(" · ")}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
