import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./class-names.ts";

export type FigureProps = {
  label: string;
  /** <Amount>, a count, a percentage. */
  value: ReactNode;
  /** The rows the figure is made of; every figure has them. */
  href: ComponentProps<typeof Link>["href"];
  /** One quiet line below: as of when, or what it is set against. */
  note?: ReactNode;
  size?: "normal" | "large";
};

/** A labelled number that opens the rows it is made of. */
export function Figure({ label, value, href, note, size = "normal" }: FigureProps) {
  return (
    <Link href={href} className="group block min-w-0 rounded-1 py-1 no-underline">
      <span className="eyebrow block">{label}</span>
      <span className={cx("num mt-0.5 block font-medium tracking-tight decoration-line-2 underline-offset-4 group-hover:underline", size === "large" ? "text-28" : "text-20")}>
        {value}
      </span>
      {note === undefined ? null : <span className="mt-0.5 block text-12 text-ink-3">{note}</span>}
    </Link>
  );
}

/** Figures side by side, parted by hairlines; two abreast on a phone. */
export function FigureRow({ children, label }: { children: ReactNode; label: string }) {
  return (
    <section
      aria-label={label}
      className="grid max-w-240 grid-cols-2 gap-x-6 gap-y-3 border-y border-line py-3 sm:flex sm:flex-wrap sm:gap-x-0 sm:*:border-l sm:*:border-line sm:*:px-6 sm:*:first:border-0 sm:*:first:pl-0"
    >
      {children}
    </section>
  );
}
