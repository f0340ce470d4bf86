"use client";
import { ArrowRight } from "lucide-react";
import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./class-names.ts";
import { countText } from "./count.ts";
import { useNow } from "./now.tsx";
import { toneInk, type Tone } from "./status-badge.tsx";
import { spanText, utcText } from "./time-format.ts";
import { parseInstant } from "@/lib/time";

export type Queue = {
  id: string;
  title: string;
  count: number;
  /** When the oldest item came in; null when empty. */
  oldestAt: string | null;
  owner: string;
  /** One sentence: why these wait. */
  why: ReactNode;
  href: ComponentProps<typeof Link>["href"];
  tone?: Tone;
};

/** Work in the order to do it: how many, how old, whose, and why. Empty queues are listed last and quietly. */
export function QueueList({ queues, label = "Queues" }: { queues: readonly Queue[]; label?: string }) {
  const open = queues.filter((queue) => queue.count > 0);
  const done = queues.filter((queue) => queue.count === 0);
  return (
    <div className="max-w-240">
      <ol aria-label={label} className="border-t border-line">
        {open.map((queue) => (
          <QueueRow key={queue.id} queue={queue} />
        ))}
      </ol>
      {done.length === 0 ? null : (
        <p className="pt-2 text-12 text-ink-3">
          Empty:{" "}
          {done.map((queue, index) => (
            <span key={queue.id}>
              {index === 0 ? "" : index === done.length - 1 ? " and " : ", "}
              <Link href={queue.href} className="link">
                {queue.title.charAt(0).toLowerCase() + queue.title.slice(1)}
              </Link>
            </span>
          ))}
          .
        </p>
      )}
    </div>
  );
}

function QueueRow({ queue }: { queue: Queue }) {
  const now = useNow();
  return (
    <li className="border-b border-line">
      <Link
        href={queue.href}
        className="group grid grid-cols-[2.25rem_minmax(0,1fr)_auto] items-baseline gap-x-3 py-2.5 no-underline hover:bg-sunk sm:grid-cols-[2.75rem_minmax(0,1fr)_9rem_6.5rem_1rem]"
      >
        <span className={cx("num text-20 leading-6 font-medium", toneInk[queue.tone ?? "waiting"])}>{countText(queue.count)}</span>
        <span className="min-w-0">
          <span className="block text-14 font-medium">{queue.title}</span>
          <span className="block text-13 text-ink-2">{queue.why}</span>
        </span>
        <span className="hidden text-13 text-ink-2 sm:block">{queue.owner}</span>
        <span className="num text-end text-13 text-ink-3" title={queue.oldestAt === null ? undefined : utcText(queue.oldestAt)}>
          {ageText(queue.oldestAt, now)}
        </span>
        <ArrowRight size={14} aria-hidden className="hidden self-center text-ink-3 opacity-0 transition-opacity group-hover:opacity-100 sm:block" />
      </Link>
    </li>
  );
}

function ageText(oldestAt: string | null, now: string | null): string {
  const oldest = oldestAt === null ? null : parseInstant(oldestAt);
  const at = now === null ? null : parseInstant(now);
  return oldest === null || at === null ? "" : `oldest ${spanText(at.getTime() - oldest.getTime())}`;
}
