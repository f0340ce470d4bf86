"use client";
import { ArrowDown } from "lucide-react";
import { useEffect, useRef, useState, type RefObject } from "react";

/** How many facts of `list` stand below what is seen, said at the lower edge until the last has been passed. */
export function FactsBelow({ list }: { list: RefObject<HTMLElement | null> }) {
  const edge = useRef<HTMLDivElement>(null);
  const [below, setBelow] = useState(0);
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = () => setBelow(countBelow(element, edge.current));
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
  }, [list]);
  return (
    <div ref={edge} aria-hidden className="sticky -bottom-5 z-1 h-0 [@media(max-height:26rem)]:bottom-0">
      {below === 0 ? null : (
        <p className="absolute inset-x-0 bottom-0 flex h-9 items-center justify-center gap-2 border-t border-line-2 bg-pop text-13 font-medium text-waiting shadow-[0_-8px_12px_-6px_var(--lift)]">
          <ArrowDown size={14} />
          {below === 1 ? "1 more fact below" : `${below} more facts below`}, then you sign
        </p>
      )}
    </div>
  );
}

const saidPx = 36;

function countBelow(list: HTMLElement, edge: HTMLElement | null): number {
  const end = edge?.getBoundingClientRect().top ?? 0;
  const bottoms = [...list.querySelectorAll("dt")].map((fact) => fact.parentElement?.getBoundingClientRect().bottom ?? 0);
  // Half a pixel is no hidden fact. What says how many are hidden hides some itself.
  return bottoms.every((bottom) => bottom <= end + 0.5) ? 0 : bottoms.filter((bottom) => bottom > end - saidPx).length;
}

/** Whether every part of it is seen without scrolling. */
export function isWhollySeen(element: HTMLElement): boolean {
  for (let around = element.parentElement; around !== null; around = around.parentElement) {
    const { overflowY } = getComputedStyle(around);
    if (overflowY === "auto" || overflowY === "scroll") return element.getBoundingClientRect().bottom <= around.getBoundingClientRect().bottom;
  }
  return true;
}
