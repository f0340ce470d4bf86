"use client";
import { Button } from "./button.tsx";
import { countText } from "./count.ts";

export type TablePaging =
  | { kind: "more"; hasMore: boolean; loadingMore?: boolean; onMore: () => void; total?: string | number | undefined }
  | { kind: "pages"; onPrevious: (() => void) | null; onNext: (() => void) | null; total?: string | number | undefined };

/** How many rows are shown of how many, and the way to the rest. */
export function TableFoot({ paging, shown }: { paging: TablePaging; shown: number }) {
  const total = typeof paging.total === "number" ? countText(paging.total) : paging.total;
  return (
    <div data-screen-only className="flex min-h-12 flex-none items-center justify-between gap-3 py-2 text-12 text-ink-3">
      <p aria-live="polite">{total === undefined ? `${countText(shown)} shown` : `${countText(shown)} of ${total}`}</p>
      {paging.kind === "more" ? (
        paging.hasMore ? (
          <Button variant="bare" busy={paging.loadingMore ?? false} onClick={paging.onMore}>
            Load more
          </Button>
        ) : (
          <p>That is all.</p>
        )
      ) : (
        <nav aria-label="Pages" className="flex gap-2">
          {paging.onPrevious ? (
            <Button variant="bare" onClick={paging.onPrevious}>
              Previous
            </Button>
          ) : null}
          {paging.onNext ? (
            <Button variant="bare" onClick={paging.onNext}>
              Next
            </Button>
          ) : null}
        </nav>
      )}
    </div>
  );
}
