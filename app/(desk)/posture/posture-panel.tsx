"use client";
import { Panel } from "@/components/ui/panel.tsx";
import { Ref } from "@/components/ui/ref.tsx";
import { StatusBadge } from "@/components/ui/status-badge.tsx";
import { dayText } from "@/components/ui/time-format.ts";
import type { PostureCell, PostureGuard, PostureTable } from "@/lib/monitoring/contract";
import { postureLooks } from "./posture-looks.ts";

/** One guard: what it keeps from happening, and for each failure what it does, why, and how that was proved. */
export function PosturePanel({ guard, failures, onClose }: { guard: PostureGuard; failures: PostureTable["failures"]; onClose: () => void }) {
  return (
    <Panel eyebrow={guard.money ? "Guard on the way of money" : "Guard"} title={guard.label} onClose={onClose}>
      <div className="grid gap-6">
        <p className="text-14">{guard.about}</p>
        <dl className="grid border-t border-line text-13">
          {failures.map((failure) => {
            const cell = guard.cells.find((one) => one.failure === failure.id);
            return cell === undefined ? null : <FailureRow key={failure.id} failure={failure} cell={cell} />;
          })}
        </dl>
        <p className="flex flex-wrap items-baseline gap-x-2 text-13 text-ink-2">
          The proofs are made by <Ref value="lib/testing/posture/posture.test.ts" label="path of the proofs" />
        </p>
      </div>
    </Panel>
  );
}

function FailureRow({ failure, cell }: { failure: PostureTable["failures"][number]; cell: PostureCell }) {
  return (
    <div className="grid gap-1 border-b border-line py-3">
      <dt className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium">{failure.label}</span>
        <StatusBadge status={cell.posture} looks={postureLooks} />
      </dt>
      <dd className="grid gap-1">
        <p className="text-12 text-ink-3">{failure.about}</p>
        <p>{cell.sentence}</p>
        {cell.posture === "not_applicable" ? null : cell.proof === null ? (
          <p className="text-12 text-failed">Not proved yet.</p>
        ) : (
          <p className="text-12 text-ink-3">
            Proved on {dayText(cell.proof.provedOn, null)}: {cell.proof.test}.
          </p>
        )}
      </dd>
    </div>
  );
}
