"use client";
import { useEffect, useState } from "react";
import { hearBackFirst } from "./back-first.ts";

let leaving = false;

/** The desk itself leaves the page, as when a session ended: nothing may hold that up. */
export function leaveUnasked(): void {
  leaving = true;
}

/**
 * While `on`, Back uses up an entry of its own instead of leaving what is shown, and is taken forward again, however many
 * steps it goes; the browser asks before the tab is closed or loaded anew. Answers whether Back was tried.
 */
export function useBackGuard(on: boolean): boolean {
  const [tried, setTried] = useState(false);
  useEffect(() => {
    if (!on) return;
    const guard = crypto.randomUUID();
    const stands = () => (window.history.state as { guard?: unknown } | null)?.guard === guard;
    window.history.pushState({ guard }, "");
    const back = (event: PopStateEvent) => {
      if (stands()) return;
      setTried(true);
      // Several steps at once end on another page: the router must not hear of it, or it takes away what is shown.
      event.stopImmediatePropagation();
      // Not pushed anew: a browser passes over an entry that a page left by itself, without a press in between.
      window.history.forward();
    };
    const unload = (event: BeforeUnloadEvent) => (leaving ? undefined : event.preventDefault());
    const unhear = hearBackFirst(back);
    window.addEventListener("beforeunload", unload);
    return () => {
      unhear();
      window.removeEventListener("beforeunload", unload);
      if (stands()) window.history.back();
    };
  }, [on]);
  return tried;
}
