"use client";
import { useEffect, useState } from "react";
import { secondMs } from "@/lib/time";

/** Whole seconds until `at` on the browser's steady clock, never below zero. */
export function useSecondsLeft(at: number): number {
  const [now, setNow] = useState(() => performance.now());
  const left = Math.max(0, Math.ceil((at - now) / secondMs));
  const over = left === 0;
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(performance.now()), secondMs);
    return () => clearInterval(timer);
  }, [over]);
  return left;
}
