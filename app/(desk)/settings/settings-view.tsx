"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Hourglass } from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { valueText } from "@/components/settings/value-text.ts";
import { Page } from "@/components/shell/page.tsx";
import { Banner } from "@/components/ui/banner.tsx";
import { DataTable, type Column } from "@/components/ui/data-table.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import { settingsQuery } from "@/lib/settings/client";
import type { Drift, Setting, SettingDetail, SettingList } from "@/lib/settings/contract";
import { areaLabels, boundsText } from "./setting-words.ts";
import { SettingPanel } from "./setting-panel.tsx";

type State = "default" | "changed" | "waiting";

const looks: StatusLooks<State> = {
  default: { label: "Default", tone: "neutral", icon: CircleCheck },
  changed: { label: "Changed", tone: "settled", icon: CircleCheck },
  waiting: { label: "Waits for a second person", tone: "waiting", icon: Hourglass },
};

const stateOf = (row: Setting): State => (row.open !== null ? "waiting" : row.version === 0 ? "default" : "changed");

const columns: Column<Setting>[] = [
  { id: "label", header: "Setting", phone: "lead", cell: (row) => row.label },
  { id: "value", header: "Value", align: "end", phone: "trail", cell: (row) => <span className="num font-medium">{valueText(row, row.value)}</span> },
  { id: "area", header: "Area", narrow: "hide", cell: (row) => <span className="text-ink-2">{areaLabels[row.area]}</span> },
  { id: "state", header: "State", phone: "under", cell: (row) => <StatusBadge status={stateOf(row)} looks={looks} /> },
  { id: "default", header: "Default", align: "end", narrow: "hide", cell: (row) => <span className="num text-ink-2">{valueText(row, row.fallback)}</span> },
  { id: "bounds", header: "Allowed", align: "end", narrow: "hide", cell: (row) => <span className="num text-ink-2">{boundsText(row)}</span> },
  { id: "by", header: "Changed by", narrow: "hide", cell: (row) => row.changedBy?.name ?? <span className="text-ink-3">nobody yet</span> },
  { id: "at", header: "When", cell: (row) => <Time at={row.changedAt} /> },
];

/** Every number and switch of the desk, area by area; a panel explains one and takes proposals. */
export function SettingsView({ initial, opened }: { initial: SettingList; opened: SettingDetail | null }) {
  const router = useRouter();
  const name = useSearchParams().get("name");
  const query = useQuery({ ...settingsQuery, initialData: initial });
  const { items, drift, proposeReasons } = query.data;
  const chosen = items.find((item) => item.name === name);
  const open = (next: string | null) => {
    const href = next === null ? "/settings" : `/settings?name=${next}`;
    if (name === null) window.history.pushState(null, "", href);
    else window.history.replaceState(null, "", href);
  };
  return (
    <Page fill title="Settings" lead="One administrator proposes a value, a different one lets it take effect. It holds from that moment on, and both stand in the trail.">
      <DriftBanner drift={drift} />
      <DataTable
        fill
        density="compact"
        caption="Settings"
        columns={columns}
        rows={items}
        rowKey={(row) => row.name}
        selectedKey={name}
        onSelect={(row) => open(row.name)}
        empty={
          <EmptyState kind="none-yet" title="No settings">
            Nothing of this desk can be turned.
          </EmptyState>
        }
      />
      {chosen === undefined ? null : (
        <SettingPanel
          key={chosen.name}
          setting={chosen}
          initial={opened?.setting.name === chosen.name ? opened : null}
          proposeReasons={proposeReasons}
          onClose={() => open(null)}
          onChanged={() => router.refresh()}
        />
      )}
    </Page>
  );
}

/** Code and database must say the same; where they do not, every administrator should see it at once. */
function DriftBanner({ drift }: { drift: readonly Drift[] }) {
  if (drift.length === 0) return null;
  return (
    <Banner kind="degraded" title="Not everything is as the desk decided it.">
      {drift.map(({ name, sentence }) => (
        <span key={`${name} ${sentence}`} className="block">
          <span className="ref">{name}</span>: {sentence}
        </span>
      ))}
    </Banner>
  );
}
