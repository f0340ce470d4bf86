"use client";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { cx } from "./class-names.ts";

export type RefProps = {
  value: string;
  /** What it is, for the copy button ("payout id"). */
  label?: string;
  /** Shows only head and tail; copying always gives the whole. */
  short?: boolean;
  copy?: boolean;
  className?: string;
};

/** "po_01jd…5b7n1c": enough to recognise an id. */
export function shortRef(value: string): string {
  return value.length <= 16 ? value : `${value.slice(0, 7)}…${value.slice(-6)}`;
}

/** A masked value copied is of no use to anyone: it finds and matches nothing. */
function masked(value: string): boolean {
  return value.includes("•");
}

/** An id or reference in mono, with a button that copies all of it. */
export function Ref({ value, label = "reference", short = false, copy = true, className }: RefProps) {
  const [copied, setCopied] = useState(false);
  const take = () => {
    void navigator.clipboard.writeText(value).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <span className={cx("group/ref inline-flex max-w-full items-baseline gap-1", className)}>
      <span className="ref truncate" title={short ? value : undefined}>
        {short ? shortRef(value) : value}
      </span>
      {copy && !masked(value) ? (
        <button
          type="button"
          data-screen-only
          onClick={take}
          aria-label={`Copy ${label}`}
          className="-my-1 grid size-6 flex-none place-items-center self-center rounded-1 text-ink-3 opacity-60 hover:bg-sunk hover:text-ink hover:opacity-100 focus-visible:opacity-100"
        >
          {copied ? <Check size={12} aria-hidden /> : <Copy size={12} aria-hidden />}
        </button>
      ) : null}
      {copied ? <output className="sr-only">Copied</output> : null}
    </span>
  );
}
