"use client";
import { useState } from "react";
import { Dialog } from "./dialog.tsx";
import { useShortcut } from "./keyboard.ts";

export type KeyHint = { keys: readonly string[]; does: string };

export const deskKeys: readonly KeyHint[] = [
  { keys: ["Ctrl", "K"], does: "Go to a page, or find anything (⌘ K on a Mac)" },
  { keys: ["/"], does: "Search this list" },
  { keys: ["f"], does: "Filter this list" },
  { keys: ["↑", "↓"], does: "Move through rows; the panel follows" },
  { keys: ["Enter"], does: "Open the row" },
  { keys: ["Esc"], does: "Close the topmost thing" },
  { keys: ["?"], does: "This sheet" },
];

/** The keys of this desk, on `?`. A key may open a money confirmation, never confirm one. */
export function KeySheet({ extra = [] }: { extra?: readonly KeyHint[] }) {
  const [open, setOpen] = useState(false);
  useShortcut("?", () => setOpen(true));
  return (
    <Dialog open={open} onOpenChange={setOpen} title="Keys" description="No key moves money: a key opens the confirmation, and you sign it.">
      <dl className="text-13">
        {[...deskKeys, ...extra].map((hint) => (
          <div key={hint.does} className="flex items-center justify-between gap-4 border-b border-line py-2 last:border-0">
            <dt className="order-2 flex gap-1">
              {hint.keys.map((key) => (
                <kbd key={key} className="key">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{hint.does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
