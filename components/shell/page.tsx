import type { ReactNode } from "react";
import { cx } from "@/components/ui/class-names.ts";

const widths = { whole: "", form: "max-w-240", sheet: "max-w-176" } as const;

export type PageProps = {
  title: ReactNode;
  /** One quiet line under the title. */
  lead?: ReactNode;
  /** Buttons at the right of the title; at most one primary. */
  actions?: ReactNode;
  /** The page is exactly the window high and its table scrolls inside. */
  fill?: boolean;
  /** How wide the content is, and so where the acts end: tables take the whole page, a form or a sheet of paper its own measure. */
  width?: keyof typeof widths;
  children: ReactNode;
};

/** A page of the desk: its title, its acts, its content. A <Panel> goes inside as the last child. */
export function Page({ title, lead, actions, fill = false, width = "whole", children }: PageProps) {
  return (
    <div className="page" data-fill={fill || undefined}>
      <header className={cx("flex flex-none flex-wrap items-center justify-between gap-x-4 gap-y-2 pb-2 has-[[data-refused]]:items-start", widths[width])}>
        <div className="min-w-0">
          <h1 className="text-20 font-semibold tracking-tight">{title}</h1>
          {lead === undefined ? null : <p className="prose-width text-13 text-ink-2">{lead}</p>}
        </div>
        {actions === undefined ? null : (
          <div data-screen-only className="flex flex-wrap items-center gap-2 sm:[&_[data-refused]]:max-w-88 sm:[&_[data-refused]]:justify-items-end">
            {actions}
          </div>
        )}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with its own heading, parted by space and a hairline, never a box. */
export function Section({ title, note, children, actions }: { title: string; note?: ReactNode; children: ReactNode; actions?: ReactNode }) {
  return (
    <section className="pt-6">
      <header className="flex flex-wrap items-baseline justify-between gap-x-4 pb-2">
        <h2 className="text-14 font-semibold">
          {title}
          {note === undefined ? null : <span className="ml-2 text-13 font-normal text-ink-3">{note}</span>}
        </h2>
        {actions}
      </header>
      {children}
    </section>
  );
}
