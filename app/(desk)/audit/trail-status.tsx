"use client";
import { CircleAlert, CircleCheck, Loader } from "lucide-react";
import type { ReactNode } from "react";
import { countText } from "@/components/ui/count.ts";
import { Ref } from "@/components/ui/ref.tsx";
import { StatusBadge, type StatusLooks } from "@/components/ui/status-badge.tsx";
import { Time } from "@/components/ui/time.tsx";
import type { TrailStatus } from "@/lib/audit/contract";
import { keptWords } from "./trail-words.ts";

const looks: StatusLooks<"current" | "sealing" | "behind"> = {
  current: { label: "Sealed up to now", tone: "settled", icon: CircleCheck },
  sealing: { label: "Sealing", tone: "moving", icon: Loader },
  behind: { label: "Sealing is behind", tone: "failed", icon: CircleAlert },
};

const why: { [state in keyof typeof looks]?: (status: TrailStatus) => string } = {
  sealing: () => "done within a second, as a rule",
  behind: ({ lagSeconds }) => `${lagSeconds} s`,
};

/** How far the trail is sealed and signed, and how much of that is kept outside the database. */
export function TrailStatusRow({ status }: { status: TrailStatus }) {
  const { head } = status;
  const kept = keptWords(status);
  const state = status.behind ? "behind" : status.unsealed === "0" ? "current" : "sealing";
  return (
    <dl aria-label="Trail" className="flex flex-none flex-wrap items-baseline gap-x-8 gap-y-2 border-y border-line py-2.5 text-13">
      <Part label="State">
        <StatusBadge status={state} looks={looks} why={why[state]?.(status)} />
      </Part>
      <Part label="Sealed rows">
        <span className="num">{countText(Number(status.sealed))}</span>
      </Part>
      <Part label="Not sealed yet">
        <span className="num">{countText(Number(status.unsealed))}</span>
      </Part>
      <Part label="Newest signed head">
        {head === null ? (
          "none yet"
        ) : (
          <>
            <Time at={head.signedAt} /> <span className="text-ink-3">by key</span> <Ref value={head.keyId} label="key id" short />
          </>
        )}
      </Part>
      <Part label="Kept outside">
        {kept.rows === null ? "nothing yet" : <span className="num">{kept.rows}</span>} <span className={kept.alarming ? "text-failed" : "text-ink-3"}>{kept.note}</span>
      </Part>
    </dl>
  );
}

function Part({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="eyebrow">{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
