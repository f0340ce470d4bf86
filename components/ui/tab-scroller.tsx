"use client";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useRef, type ReactNode } from "react";
import { cx } from "./class-names.ts";
import { useMoreSideways } from "./more-sideways.ts";

/** A row of tabs that scrolls sideways where it has no room, and says so at the edge behind which there are more. */
export function TabScroller({ as: Frame, label, children, className }: { as: "nav" | "fieldset"; label: string; children: ReactNode; className?: string }) {
  const row = useRef<HTMLDivElement>(null);
  const more = useMoreSideways(row);
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
