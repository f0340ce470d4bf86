"use client";
import { lazy, Suspense, useRef, useState, type ReactNode } from "react";

const TooltipPopup = lazy(async () => ({ default: (await import("./tooltip-popup.tsx")).TooltipPopup }));

export type TooltipProps = { text: ReactNode; children: ReactNode };

/** A second telling of something already readable elsewhere: never the only copy of a fact. Wrap one focusable thing. */
export function Tooltip({ text, children }: TooltipProps) {
  const [open, setOpen] = useState(false);
  const [used, setUsed] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const show = () => {
    setUsed(true);
    setOpen(true);
  };
  return (
    <span ref={anchor} className="inline-flex" onPointerEnter={show} onPointerLeave={() => setOpen(false)} onFocus={show} onBlur={() => setOpen(false)}>
      {children}
      {used ? (
        <Suspense fallback={null}>
          <TooltipPopup open={open} onOpenChange={setOpen} anchor={anchor} text={text} />
        </Suspense>
      ) : null}
    </span>
  );
}
