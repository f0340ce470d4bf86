"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, OctagonX } from "lucide-react";
import type { Route } from "next";
import { useEmergencyDoor } from "@/components/shell/emergency-door.ts";
import { Page, Section } from "@/components/shell/page.tsx";
import { useCan, useViewer } from "@/components/shell/viewer.tsx";
import { Amount } from "@/components/ui/amount.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Banner } from "@/components/ui/banner.tsx";
import { countText } from "@/components/ui/count.ts";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Figure, FigureRow } from "@/components/ui/figure.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { QueueList, type Queue } from "@/components/ui/queue-list.tsx";
import { StatusBadge, type StatusLooks, type Tone } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels, rolesWith } from "@/lib/access";
import { overviewQuery } from "@/lib/overview/client";
import type { Overview, OverviewFigure, OverviewQueue } from "@/lib/overview/contract";
import { emergencyQuery } from "@/lib/settings/emergency-client";
import { istDay, parseInstant } from "@/lib/time";

const tones: Record<OverviewQueue["key"], Tone> = {
  sign: "waiting",
  release: "held",
  mine: "moving",
  unknown: "held",
  moving: "moving",
  stopped_accounts: "failed",
  deliveries: "waiting",
  failed_payments: "failed",
  trail: "failed",
  access_changes: "waiting",
  access_review: "waiting",
};

/** What to do now, in the order to do it, and five figures of the day; each opens its rows. */
export function OverviewView({ initial }: { initial: Overview }) {
  const viewer = useViewer();
  const query = useQuery({ ...overviewQuery, initialData: initial });
  const read = useReader();
  const { queues, figures, asOf } = query.data;
  const open = queues.filter((queue) => queue.count > 0);
  const items = open.reduce((sum, queue) => sum + queue.count - (queue.watched ?? 0), 0);
  const lead = viewer === null ? undefined : viewer.roles.map((role) => roleLabels[role]).join(", ");
  return (
    <Page
      title="Overview"
      lead={
        <>
          {lead} · as of <Time at={asOf} />
        </>
      }
    >
      {query.isError ? (
        <Banner kind="degraded" title="These figures may be old.">
          {query.error.message}
        </Banner>
      ) : null}
      <Section title="To do" note={open.length === 0 ? undefined : items === 0 ? "nothing for you; these are to watch" : `${countText(items)} for you, in the order to work them`}>
        {open.length === 0 ? (
          <EmptyState kind="all-done" title="All done">
            Nothing waits for you.
          </EmptyState>
        ) : null}
        {queues.length === 0 ? null : <QueueList label="To do" queues={queues.map((queue) => toQueue({ ...queue, why: read.text(queue.why) }))} />}
      </Section>
      {figures.length === 0 ? null : (
        <Section title="Today" note="each figure opens the rows it is made of">
          <FigureRow label="Today's figures">
            {figures.map((figure) => (
              <DayFigure key={figure.label} figure={figure} asOf={asOf} />
            ))}
          </FigureRow>
        </Section>
      )}
      <EmergencyState />
    </Page>
  );
}

function toQueue({ key, href, ...queue }: OverviewQueue): Queue {
  return { ...queue, id: key, href: href as Route, tone: tones[key] };
}

function DayFigure({ figure, asOf }: { figure: OverviewFigure; asOf: string }) {
  const at = parseInstant(asOf);
  const today = at === null ? "" : `&from=${istDay(at)}`;
  const value = figure.amountPaise === null ? figure.text : <Amount value={figure.amountPaise} />;
  return (
    <Figure
      label={figure.label}
      value={value}
      note={<span className="block max-w-44">{figure.note}</span>}
      href={(figure.href ?? `/transactions?status=succeeded${today}`) as Route}
    />
  );
}

const looks: StatusLooks<"running" | "stopped"> = {
  running: { label: "Payouts run", tone: "settled", icon: CircleCheck },
  stopped: { label: "Payouts are stopped", tone: "stopped", icon: OctagonX },
};

/** Whether payouts run, and who could stop or restart them. */
function EmergencyState() {
  const maySee = useCan("payouts.view").allowed;
  const mayStop = useCan("payouts.stop").allowed;
  const mayRestart = useCan("payouts.restart").allowed;
  const openEmergency = useEmergencyDoor();
  const { data } = useQuery({ ...emergencyQuery, enabled: maySee });
  if (!maySee || data === undefined) return null;
  const { stop } = data;
  const who = rolesWith(stop === null ? "payouts.stop" : "payouts.restart").map((role) => roleLabels[role].toLowerCase());
  const mayAct = stop === null ? mayStop : mayRestart;
  const people = `${who.slice(0, -1).join(", ")} or ${who.at(-1) ?? ""}`;
  return (
    <Section title="Emergency stop">
      <p className="prose-width text-13 text-ink-2">
        <StatusBadge status={stop === null ? "running" : "stopped"} looks={looks} className="mr-2" />
        {stop === null ? (
          <>Any {people} can stop all of them at once; two others restart them.</>
        ) : (
          <>
            {stop.stoppedBy.name} stopped them <Time at={stop.stoppedAt} phrase relative />. {stop.restarts.length} of {stop.restartsNeeded} restart signatures are given; any{" "}
            {people} other than who stopped may sign.
          </>
        )}
      </p>
      {mayAct ? (
        <p className="pt-3">
          <Button variant={stop === null ? "danger" : "quiet"} icon={<OctagonX size={14} aria-hidden />} onClick={openEmergency}>
            {stop === null ? "Stop all payouts …" : "Sign the restart …"}
          </Button>
        </p>
      ) : null}
    </Section>
  );
}
