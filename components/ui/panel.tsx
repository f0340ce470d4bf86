"use client";
import { Maximize2, X } from "lucide-react";
import Link from "next/link";
import { useEffect, useId, useRef, type ComponentProps, type ReactNode } from "react";
import { useEscapeLayer } from "./keyboard.ts";

export type PanelProps = {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  /** A quiet line over the title: what kind of thing this is. */
  eyebrow?: ReactNode;
  /** "37 of 412", next and previous, and the like. */
  aside?: ReactNode;
  /** The same thing as a page of its own. */
  pageHref?: ComponentProps<typeof Link>["href"];
  /** Acts that stay visible at the foot. */
  footer?: ReactNode;
};

/** A sheet at the right of a list that stays usable; the whole screen on a phone. Render it while open, unmount to close. */
export function Panel({ title, onClose, children, eyebrow, aside, pageHref, footer }: PanelProps) {
  const titleId = useId();
  const root = useRef<HTMLElement>(null);
  useEscapeLayer(true, onClose);
  useEffect(() => {
    const before = document.activeElement;
    const panel = root.current;
    if (window.matchMedia("(max-width: 640px)").matches) panel?.focus();
    return () => {
      const lost = document.activeElement === document.body || panel?.contains(document.activeElement);
      if (lost && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <aside ref={root} tabIndex={-1} aria-labelledby={titleId} className="panel outline-none">
      <header className="flex items-center gap-1 border-b border-line py-2.5 pr-2.5 pl-5">
        <div className="min-w-0 flex-1">
          {eyebrow === undefined ? null : <p className="eyebrow">{eyebrow}</p>}
          <h2 id={titleId} className="line-clamp-2 text-14 font-semibold text-balance">
            {title}
          </h2>
        </div>
        {aside === undefined ? null : (
          <div data-screen-only className="text-12 text-ink-3">
            {aside}
          </div>
        )}
        {pageHref === undefined ? null : (
          <Link
            href={pageHref}
            data-screen-only
            aria-label="Open as page"
            title="Open as page"
            className="grid size-8 flex-none place-items-center rounded-2 text-ink-3 hover:bg-sunk hover:text-ink"
          >
            <Maximize2 size={14} aria-hidden />
          </Link>
        )}
        <button
          type="button"
          data-screen-only
          onClick={onClose}
          aria-label="Close panel"
          aria-keyshortcuts="Escape"
          className="grid size-8 flex-none place-items-center rounded-2 text-ink-3 hover:bg-sunk hover:text-ink"
        >
          <X size={16} aria-hidden />
        </button>
      </header>
      <div className="min-h-0 flex-1 overflow-auto overscroll-contain px-5 py-4">{children}</div>
      {footer === undefined ? null : <footer className="border-t border-line px-5 py-3">{footer}</footer>}
    </aside>
  );
}
