import { cx } from "./class-names.ts";

/** Lines of the final height while words are on their way. Sizes come from classes, so nothing jumps. */
export function Skeleton({ className }: { className?: string }) {
  return <span className={cx("bone h-3", className)} aria-hidden />;
}

const widths = ["w-3/4", "w-1/2", "w-2/3", "w-5/6"] as const;

/** Several lines standing for a paragraph, a list of facts or a panel. */
export function SkeletonLines({ lines = 4, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <output aria-label={label} className="grid gap-3 py-1">
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} className={widths[index % widths.length] ?? "w-full"} />
      ))}
    </output>
  );
}
