"use client";
import { Circle, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./class-names.ts";
import { toneInk, type Tone } from "./status-badge.tsx";
import { Time } from "./time.tsx";

export type TimelineEntry = {
  id: string;
  /** One sentence: who did what. */
  sentence: ReactNode;
  at: string;
  actor?: string | undefined;
  icon?: LucideIcon;
  tone?: Tone;
  /** The row that proves it: webhook, ledger entry, audit position. */
  evidence?: ReactNode;
  /** More, when it matters: a reason given, a gateway's words. */
  detail?: ReactNode;
};

/** What happened, in order, each with who, when and the evidence. */
export function Timeline({ entries, label = "Timeline" }: { entries: readonly TimelineEntry[]; label?: string }) {
  return (
    <ol aria-label={label} className="text-13">
      {entries.map((entry, index) => {
        const Icon = entry.icon ?? Circle;
        const last = index === entries.length - 1;
        return (
          <li key={entry.id} className="sheet-block relative grid grid-cols-[1rem_1fr] gap-x-3 pb-4">
            {last ? null : <span aria-hidden className="absolute top-5 bottom-0 left-[0.46875rem] w-px bg-line-2" />}
            <span className={cx("mt-0.5", toneInk[entry.tone ?? "neutral"])}>
              <Icon size={entry.icon ? 15 : 9} strokeWidth={2} aria-hidden className={entry.icon ? undefined : "mt-1 ml-0.75"} />
            </span>
            <div className="min-w-0">
              <p className="font-medium">{entry.sentence}</p>
              {entry.detail === undefined ? null : <div className="wrap-anywhere text-ink-2">{entry.detail}</div>}
              <p className="mt-0.5 text-12 text-ink-3">
                <Time at={entry.at} />
                {/* A dot keeps to the word before it, so that no line begins with one. */}
                {entry.actor === undefined ? null : `\u00a0· ${entry.actor}`}
                {entry.evidence === undefined ? null : (
                  <>
                    {"\u00a0· "}
                    <span className="inline-flex max-w-full items-baseline">{entry.evidence}</span>
                  </>
                )}
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
