"use client";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { minuteMs, parseInstant, plusMs, toIst } from "@/lib/time";

const NowContext = createContext<string | null>(null);

/** The server's time as ISO, moved on each minute by the browser's steady clock: never the browser's own date. */
export function NowProvider({ now, children }: { now: string; children: ReactNode }) {
  const [current, setCurrent] = useState(now);
  useEffect(() => {
    const start = parseInstant(now);
    if (start === null) return;
    const began = performance.now();
    const timer = setInterval(() => setCurrent(toIst(plusMs(start, performance.now() - began))), minuteMs);
    return () => clearInterval(timer);
  }, [now]);
  return <NowContext value={current}>{children}</NowContext>;
}

/** The current time for display, or null outside the desk (then dates are always written out). */
export function useNow(): string | null {
  return useContext(NowContext);
}
