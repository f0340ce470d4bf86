"use client";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef, useState, type RefObject } from "react";
import { factRows, saidPx, scrollerOf } from "./use-seen.ts";

type Props = {
  list: RefObject<HTMLElement | null>;
  /** The facts that were on screen; null where that is not known. */
  seen: ReadonlySet<Element> | null;
  /** Why a signature was not sent, instead of the counts. */
  said: string | null;
};

/** How many facts of `list` stand below what is seen, said at the lower edge; and below the list, how many were scrolled past and never on screen. */
export function FactsBelow({ list, seen, said }: Props) {
  const edge = useRef<HTMLDivElement>(null);
  const [{ below, passed }, setHidden] = useState({ below: 0, passed: 0 });
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = () => {
      const now = countHidden(element, edge.current, seen);
      setHidden((before) => (before.below === now.below && before.passed === now.passed ? before : now));
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    // Whatever scrolls around the facts; a scroll does not bubble.
    document.addEventListener("scroll", look, { capture: true, passive: true });
    window.addEventListener("resize", look);
    return () => {
      sizes.disconnect();
      document.removeEventListener("scroll", look, { capture: true });
      window.removeEventListener("resize", look);
    };
  }, [list, seen]);
  const above = said ?? passedWords(passed);
  return (
    <>
      <div ref={edge} aria-hidden className="sticky -bottom-5 z-1 h-0 [@media(max-height:26rem)]:bottom-0">
        {below === 0 ? null : (
          <p className="absolute inset-x-0 bottom-0 flex h-9 items-center justify-center gap-2 border-t border-line-2 bg-pop text-13 leading-4 font-medium text-waiting shadow-[0_-8px_12px_-6px_var(--lift)]">
            <ArrowDown size={14} className="flex-none" />
            {said ?? belowWords(below, passed)}
          </p>
        )}
      </div>
      {/* Read out in any case; seen where the lower edge has nothing to say. */}
      <output className={below === 0 ? "sticky -bottom-5 z-1 block bg-pop [@media(max-height:26rem)]:bottom-0" : "sr-only"}>
        {above === null ? null : (
          <span className="flex min-h-9 items-center justify-center gap-2 text-13 leading-4 font-medium text-waiting">
            <ArrowUp size={14} aria-hidden className="flex-none" />
            {above}
          </span>
        )}
      </output>
    </>
  );
}

function belowWords(below: number, passed: number): string {
  const more = below === 1 ? "1 more fact below" : `${below} more facts below`;
  return passed === 0 ? `${more}, then you sign` : `${more}, ${passed} above not seen yet`;
}

function passedWords(passed: number): string | null {
  if (passed === 0) return null;
  return passed === 1 ? "1 fact above was not on screen" : `${passed} facts above were not on screen`;
}

function countHidden(list: HTMLElement, edge: HTMLElement | null, seen: ReadonlySet<Element> | null): { below: number; passed: number } {
  const start = scrollerOf(list)?.getBoundingClientRect().top ?? 0;
  const end = edge?.getBoundingClientRect().top ?? 0;
  const rows = factRows(list).map((row) => ({ row, place: row.getBoundingClientRect() }));
  // Half a pixel is no hidden fact. What says how many are hidden hides some itself.
  const below = rows.every(({ place }) => place.bottom <= end + 0.5) ? [] : rows.filter(({ place }) => place.bottom > end - saidPx);
  const passed = rows.filter(({ row, place }) => seen?.has(row) === false && place.top < start - 0.5 && place.bottom <= end - saidPx);
  return { below: below.length, passed: passed.length };
}

/** Whether every part of it is seen without scrolling. */
export function isWhollySeen(element: HTMLElement): boolean {
  const scroller = scrollerOf(element);
  return scroller === null || element.getBoundingClientRect().bottom <= scroller.getBoundingClientRect().bottom;
}
