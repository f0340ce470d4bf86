"use client";
import { useEffect, useEffectEvent } from "react";

type Layer = { close: (() => void) | null };

// Everything open that Escape may close, oldest first; a null `close` is a library popup that closes itself.
const layers: Layer[] = [];
let listening = false;

function onEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const top = layers.at(-1);
  // What opened behind a modal meanwhile waits until that is closed.
  if (!top?.close || isModalOpen()) return;
  event.preventDefault();
  top.close();
}

/** While `open`, this is the topmost thing for Escape; `null` marks a layer whose library handles the key itself. */
export function useEscapeLayer(open: boolean, close: (() => void) | null): void {
  const closeNow = useEffectEvent(() => close?.());
  const passive = close === null;
  useEffect(() => {
    if (!open) return;
    const layer: Layer = { close: passive ? null : () => closeNow() };
    layers.push(layer);
    if (!listening) document.addEventListener("keydown", onEscape);
    listening = true;
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  }, [open, passive]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function isModalOpen(): boolean {
  return document.querySelector("[data-modal]") !== null;
}

/**
 * Binds one key on the page. A single letter stays silent while typing, in a modal, with a modifier or when held down.
 * "mod+k" means ⌘ or Ctrl and works while typing too.
 */
export function useShortcut(key: string, act: (event: KeyboardEvent) => void, enabled = true): void {
  const actNow = useEffectEvent(act);
  useEffect(() => {
    if (!enabled) return;
    const withMod = key.startsWith("mod+");
    const wanted = withMod ? key.slice(4) : key;
    const listen = (event: KeyboardEvent) => {
      if (event.key !== wanted || event.repeat || event.altKey || event.defaultPrevented) return;
      if (withMod !== (event.metaKey || event.ctrlKey)) return;
      if (isModalOpen() || (!withMod && isTyping(event.target))) return;
      event.preventDefault();
      actNow(event);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [key, enabled]);
}

/** ↑ and ↓ anywhere but in a control that uses them itself; repeats allowed. */
export function useRowKeys(step: (by: 1 | -1) => void, enabled: boolean): void {
  const stepNow = useEffectEvent(step);
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.shiftKey) return;
      if (isTyping(event.target) || isModalOpen() || layers.at(-1)?.close === null) return;
      event.preventDefault();
      stepNow(event.key === "ArrowDown" ? 1 : -1);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [enabled]);
}
