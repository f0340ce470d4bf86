"use client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { cx } from "./class-names.ts";

/** A row of tabs that scrolls sideways where it has no room, and says so at the edge behind which there are more. */
export function TabScroller({ as: Frame, label, children, className }: { as: "nav" | "fieldset"; label: string; children: ReactNode; className?: string }) {
  const row = useRef<HTMLDivElement>(null);
  const [more, setMore] = useState({ before: false, after: false });
  useEffect(() => {
    const element = row.current;
    if (element === null) return;
    const look = () => {
      const before = element.scrollLeft > 1;
      const after = element.scrollLeft + element.clientWidth < element.scrollWidth - 1;
      setMore((was) => (was.before === before && was.after === after ? was : { before, after }));
    };
    // Tabs come, go and grow with their counts, and a panel takes the room beside them.
    const sizes = new ResizeObserver(look);
    const tabs = new MutationObserver(look);
    sizes.observe(element);
    tabs.observe(element, { childList: true, characterData: true, subtree: true });
    element.addEventListener("scroll", look, { passive: true });
    look();
    return () => {
      sizes.disconnect();
      tabs.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  const by = (sign: -1 | 1) => row.current?.scrollBy({ left: sign * row.current.clientWidth * 0.7 });
  return (
    <Frame aria-label={label} data-screen-only className={cx("relative min-w-0 flex-none", className)}>
      <div ref={row} className="tab-row flex gap-5 overflow-x-auto">
        {children}
      </div>
      {more.before ? <Edge side="before" onPress={() => by(-1)} /> : null}
      {more.after ? <Edge side="after" onPress={() => by(1)} /> : null}
    </Frame>
  );
}

/** For a pointer alone: the keyboard goes through the tabs themselves, and what it stands on scrolls into sight. */
function Edge({ side, onPress }: { side: "before" | "after"; onPress: () => void }) {
  const Icon = side === "before" ? ChevronLeft : ChevronRight;
  return (
    <button type="button" tabIndex={-1} aria-hidden onClick={onPress} className="tab-edge" data-side={side}>
      <Icon size={15} aria-hidden />
    </button>
  );
}
