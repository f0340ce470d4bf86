"use client";
import { cx } from "./class-names.ts";
import { useNow } from "./now.tsx";
import { relativeText, timePhrase, timeText, utcText } from "./time-format.ts";

export type TimeProps = {
  /** ISO 8601 with offset; null draws a dash. */
  at: string | null | undefined;
  /** The server's current time; defaults to the desk's. */
  now?: string | null;
  /** Adds "12 min ago" beside the absolute time. */
  relative?: boolean;
  /** Reads as part of a sentence: "at 14:02 IST", "on 20 Nov, 14:02 IST". */
  phrase?: boolean;
  className?: string;
};

/** An instant in Indian time, with the date when it is not today and UTC on hover. */
export function Time({ at, now, relative = false, phrase = false, className }: TimeProps) {
  const deskNow = useNow();
  const reference = now ?? deskNow;
  if (at === null || at === undefined) return <span className={cx("text-ink-3", className)}>—</span>;
  return (
    <span className={cx("num", className)}>
      <time dateTime={at} title={utcText(at)}>
        {(phrase ? timePhrase : timeText)(at, reference)}
      </time>
      {relative && reference !== null ? <span className="text-ink-3"> · {relativeText(at, reference)}</span> : null}
    </span>
  );
}
