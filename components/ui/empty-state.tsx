import { CheckCheck, CircleAlert, FileText, Lock, SearchX } from "lucide-react";
import type { ReactNode } from "react";

export type EmptyKind = "none-yet" | "none-match" | "all-done" | "not-allowed" | "failed";

const icons = { "none-yet": FileText, "none-match": SearchX, "all-done": CheckCheck, "not-allowed": Lock, failed: CircleAlert } as const;

export type EmptyStateProps = {
  kind: EmptyKind;
  /** What is not here ("No payouts yet"). */
  title: string;
  /** Why, in one or two sentences: what was searched, who may see it, what failed. */
  children: ReactNode;
  /** The next act. */
  act?: ReactNode;
  /** It is the whole page, so its title is the page's heading. */
  page?: boolean;
};

/** A place with nothing to show says why, and what to do next. */
export function EmptyState({ kind, title, children, act, page = false }: EmptyStateProps) {
  const Icon = icons[kind];
  const Title = page ? "h1" : "p";
  return (
    <div role={kind === "failed" ? "alert" : undefined} data-empty={kind} className="grid max-w-md justify-items-start gap-1 py-8">
      <Icon size={20} strokeWidth={1.5} aria-hidden className={kind === "failed" ? "text-failed" : "text-ink-3"} />
      <Title className="mt-2 text-14 font-semibold">{title}</Title>
      <div className="text-13 text-ink-2">{children}</div>
      {act === undefined ? null : <div className="mt-3 flex flex-wrap gap-2">{act}</div>}
    </div>
  );
}
