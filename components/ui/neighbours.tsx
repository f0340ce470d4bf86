"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { countText } from "./count.ts";

type Props = {
  /** The list's keys in its order, and the one that is open. */
  keys: readonly string[];
  open: string;
  onOpen: (key: string) => void;
  /** The list goes on after what is loaded. */
  more?: boolean;
};

/** "3 of 12" with the way to the rows beside it: what the arrow keys do, for a thumb or a mouse. */
export function Neighbours({ keys, open, onOpen, more = false }: Props) {
  const at = keys.indexOf(open);
  const [stood, setStood] = useState<string | null>(null);
  if (at >= 0 && stood !== open) setStood(open);
  // What was decided leaves its queue: then the next one is simply the first that is left.
  if (at < 0) return stood === open ? <Left keys={keys} more={more} onOpen={onOpen} /> : null;
  const [before, after] = [keys[at - 1], keys[at + 1]];
  return (
    <span className="flex items-center">
      <span className="num mr-1 whitespace-nowrap">
        {countText(at + 1)} of {countText(keys.length)}
        {more ? "+" : ""}
      </span>
      <Step label="Previous" keys="ArrowUp" onStep={before === undefined ? null : () => onOpen(before)}>
        <ArrowUp size={14} aria-hidden />
      </Step>
      <Step label="Next" keys="ArrowDown" onStep={after === undefined ? null : () => onOpen(after)}>
        <ArrowDown size={14} aria-hidden />
      </Step>
    </span>
  );
}

function Left({ keys, more, onOpen }: Required<Omit<Props, "open">>) {
  const next = keys[0];
  if (next === undefined) return <span className="px-2 whitespace-nowrap">That was the last</span>;
  return (
    <Button variant="bare" onClick={() => onOpen(next)}>
      {keys.length === 1 ? "Open the last one" : `Open the next of ${countText(keys.length)}${more ? "+" : ""}`}
    </Button>
  );
}

function Step({ label, keys, onStep, children }: { label: string; keys: string; onStep: (() => void) | null; children: ReactNode }) {
  return (
    <button
      type="button"
      data-screen-only
      aria-label={label}
      title={`${label} (${keys === "ArrowUp" ? "↑" : "↓"})`}
      aria-keyshortcuts={keys}
      disabled={onStep === null}
      onClick={() => onStep?.()}
      className="grid size-8 place-items-center rounded-2 text-ink-3 hover:bg-sunk hover:text-ink disabled:opacity-40"
    >
      {children}
    </button>
  );
}
