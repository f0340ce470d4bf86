import type { ReactNode } from "react";
import { Wordmark } from "./wordmark.tsx";

/** A page outside the desk: sign-in steps and the pages that say no. */
export function WholePage({ title, children, act }: { title: string; children?: ReactNode; act?: ReactNode }) {
  return (
    <main className="mx-auto grid min-h-dvh max-w-96 content-start px-5 pt-[18dvh] pb-12">
      <Wordmark />
      <h1 className="mt-10 border-t-2 border-ink pt-4 text-20 font-semibold tracking-tight">{title}</h1>
      {children === undefined ? null : <div className="mt-2 grid gap-4 text-14 text-ink-2">{children}</div>}
      {act === undefined ? null : <div className="mt-5 flex flex-wrap gap-2">{act}</div>}
    </main>
  );
}
