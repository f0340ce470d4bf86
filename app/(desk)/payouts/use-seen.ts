"use client";
import { useEffect, useState, type RefObject } from "react";

/** How much of the lower edge may be taken by what says that there is more. */
export const saidPx = 36;

/** One element for each fact of a list. */
export function factRows(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll("dt") ?? [])].flatMap((term) => term.parentElement ?? []);
}

/** What scrolls around it; in a low window that is the dialog itself. */
export function scrollerOf(element: HTMLElement): HTMLElement | null {
  for (let around = element.parentElement; around !== null; around = around.parentElement) {
    const { overflowY } = getComputedStyle(around);
    if (overflowY === "auto" || overflowY === "scroll") return around;
  }
  return null;
}

/** The facts of `list` that were wholly on screen at least once; null where a browser cannot tell. */
export function useSeen(list: RefObject<HTMLElement | null>): ReadonlySet<Element> | null {
  const [seen, setSeen] = useState<ReadonlySet<Element> | null>(() => (typeof IntersectionObserver === "undefined" ? null : new Set()));
  const told = seen !== null;
  useEffect(() => {
    if (!told) return;
    const note = (entries: IntersectionObserverEntry[]) => {
      const shown = entries.filter(wasShown).map((entry) => entry.target);
      if (shown.length > 0) setSeen((before) => new Set([...(before ?? []), ...shown]));
    };
    let observer: IntersectionObserver | undefined;
    // Another height of the window may make another element the one that scrolls.
    const observe = () => {
      observer?.disconnect();
      if (list.current === null) return;
      observer = new IntersectionObserver(note, { root: scrollerOf(list.current), rootMargin: `0px 0px -${saidPx}px 0px`, threshold: thresholds });
      for (const row of factRows(list.current)) observer.observe(row);
    };
    observe();
    window.addEventListener("resize", observe);
    return () => {
      observer?.disconnect();
      window.removeEventListener("resize", observe);
    };
  }, [list, told]);
  return seen;
}

// Half a pixel of a line is no hidden fact.
const whole = 0.98;

// The steps between tell when the end of a row too high for the window comes into view.
const thresholds = [...Array.from({ length: 20 }, (_, step) => step / 20), whole];

function wasShown({ intersectionRatio, isIntersecting, boundingClientRect: row, rootBounds: room }: IntersectionObserverEntry): boolean {
  return intersectionRatio >= whole || (isIntersecting && room !== null && row.height > room.height && row.bottom <= room.bottom + 0.5);
}
