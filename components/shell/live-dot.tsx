"use client";
import { useQuery } from "@tanstack/react-query";
import { cx } from "@/components/ui/class-names.ts";
import { healthQuery } from "./health.ts";

/** Whether what is on screen keeps itself current; a word beside the dot, never colour alone. */
export function LiveDot() {
  const health = useQuery(healthQuery);
  const state = health.isError ? "offline" : health.data === undefined ? "connecting" : health.data.ready ? "live" : "degraded";
  const ink = { offline: "text-failed", connecting: "text-ink-3", live: "text-moving", degraded: "text-waiting" }[state];
  return (
    <output className="inline-flex items-center gap-1.5 text-12 text-ink-2">
      <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden className={cx("flex-none", ink)}>
        <circle cx="4" cy="4" r={state === "live" ? 4 : 3} fill={state === "live" ? "currentColor" : "none"} stroke="currentColor" strokeWidth={state === "live" ? 0 : 1.5} />
      </svg>
      <span className="max-sm:sr-only">{state}</span>
    </output>
  );
}
