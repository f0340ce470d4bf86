"use client";
import { useEffect, useRef } from "react";
import { useViewer } from "./viewer.tsx";

// Held in this tab only, under the person and the page, from the moment a session ends until the form is drawn again.
const prefix = "kept:";
const secret = /password|passcode|code|secret|otp|token|pin/i;
const longest = 2000;

const keepers = new Map<string, () => Record<string, string>>();

/** Puts what is typed in every form on the page aside; called when the session has ended. */
export function keepForms(): void {
  for (const [key, read] of keepers) {
    const kept = Object.fromEntries(Object.entries(read()).filter(([name, value]) => !secret.test(name) && value !== "" && value.length <= longest));
    if (Object.keys(kept).length > 0) sessionStorage.setItem(key, JSON.stringify(kept));
  }
}

/** Forgets what was put aside, but for this person's own; signing out forgets all of it. */
export function forgetForms(exceptOf: string | null): void {
  const keys = Array.from({ length: sessionStorage.length }, (_, index) => sessionStorage.key(index) ?? "");
  for (const key of keys) if (key.startsWith(prefix) && (exceptOf === null || !key.startsWith(`${prefix}${exceptOf}:`))) sessionStorage.removeItem(key);
}

/**
 * Keeps a form's texts over the end of the session: put aside when it ends, given to `restore` once when the same person
 * comes back to the same page in this tab. Leave out of `values` what must not be written down at all.
 */
export function useKeptForm<V extends Record<string, string>>(name: string, values: V, restore: (kept: Partial<V>) => void): void {
  const viewer = useViewer();
  const userId = viewer?.userId ?? null;
  const latest = useRef({ values, restore });
  useEffect(() => {
    latest.current = { values, restore };
  });
  useEffect(() => {
    if (userId === null) return undefined;
    const key = `${prefix}${userId}:${window.location.pathname}:${name}`;
    const kept = parsed(sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
    if (kept !== null) latest.current.restore(kept as Partial<V>);
    keepers.set(key, () => latest.current.values);
    return () => void keepers.delete(key);
  }, [userId, name]);
}

function parsed(text: string | null): Record<string, string> | null {
  if (text === null) return null;
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== "object" || kept === null) return null;
    return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return null;
  }
}
