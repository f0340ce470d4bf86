"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { askSessionClock } from "@/lib/auth/clock-client";

/** How long before the idle end the person is asked. */
export const warnSeconds = 60;

const pingEveryMs = 60_000;
const againMs = 15_000;

export type Idle = {
  /** When (on this page's own clock, in ms) the session ends; null while there is no need to ask. */
  endsAt: number | null;
  /** An act of the person: the session lives on, in every tab. */
  stay: () => void;
};

/**
 * Watches the session's idle end. The server's clock decides; tabs tell each other when the person acted in one of them.
 * Keys and presses count as acts, what a page does by itself does not.
 */
export function useIdle(): Idle {
  const [endsAt, setEndsAt] = useState<number | null>(null);
  const stayed = useRef<() => void>(() => undefined);
  const stay = useCallback(() => stayed.current(), []);

  useEffect(() => {
    const tabs = new BroadcastChannel("countersign-session");
    let timer: ReturnType<typeof setTimeout> | undefined;
    let pinged = performance.now();
    let asked = false;

    const after = (ms: number, run: () => void) => {
      clearTimeout(timer);
      timer = setTimeout(run, Math.max(0, ms));
    };
    const arm = (idleSeconds: number) => {
      asked = idleSeconds <= warnSeconds;
      setEndsAt(asked ? performance.now() + idleSeconds * 1000 : null);
      after(asked ? idleSeconds * 1000 + 500 : (idleSeconds - warnSeconds) * 1000, look);
    };
    // A refusal as signed out is the shell's to handle; anything else is asked again.
    const ask = async (acting: boolean) => {
      try {
        const { idleSeconds, absoluteSeconds } = await askSessionClock(acting);
        const left = Math.min(idleSeconds, absoluteSeconds);
        arm(left);
        if (acting) tabs.postMessage(left);
      } catch {
        after(againMs, look);
      }
    };
    const look = () => void ask(false);
    const ping = () => {
      pinged = performance.now();
      void ask(true);
    };
    stayed.current = ping;
    const act = () => {
      // Once asked, only the answer counts: a key meant for the page below is none.
      if (!asked && performance.now() - pinged > pingEveryMs) ping();
    };
    const woke = () => {
      if (document.visibilityState === "visible") look();
    };
    tabs.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data !== "number") return;
      pinged = performance.now();
      arm(data);
    };
    window.addEventListener("keydown", act);
    window.addEventListener("pointerdown", act);
    document.addEventListener("visibilitychange", woke);
    look();
    return () => {
      clearTimeout(timer);
      tabs.close();
      window.removeEventListener("keydown", act);
      window.removeEventListener("pointerdown", act);
      document.removeEventListener("visibilitychange", woke);
    };
  }, []);

  return { endsAt, stay };
}
