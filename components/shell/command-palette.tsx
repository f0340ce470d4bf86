"use client";
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { OctagonX, Search } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState, type ReactNode } from "react";
import { useEscapeLayer } from "@/components/ui/keyboard.ts";
import { can } from "@/lib/access";
import { navFor } from "./nav-items.ts";
import { searchWords } from "./search-words.ts";
import { takeTyped } from "./typed-ahead.ts";
import type { Viewer } from "./viewer.tsx";

type Entry = { value: string; label: string; hint: string; icon: ReactNode; run: () => void };

export type CommandPaletteProps = { open: boolean; onOpenChange: (open: boolean) => void; viewer: Viewer; onStop: () => void };

/** Go, find, act. Only what this person may do is listed; anything else typed is looked up among transactions. */
export function CommandPalette({ open, onOpenChange, viewer, onStop }: CommandPaletteProps) {
  const router = useRouter();
  const [text, setText] = useState("");
  useEscapeLayer(open, null);
  const entries = entriesFor(viewer, text.trim(), { go: (href) => router.push(href as Route), onStop });
  const change = (next: boolean) => {
    if (!next) {
      takeTyped();
      setText("");
    }
    onOpenChange(next);
  };
  const choose = (entry: Entry) => {
    change(false);
    entry.run();
  };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => change(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="pop-in fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          data-modal
          aria-label="Go, find, act"
          className="pop pop-in fixed inset-x-3 top-3 z-50 overflow-hidden sm:inset-x-auto sm:top-[14dvh] sm:left-1/2 sm:w-140 sm:-translate-x-1/2"
        >
          <Autocomplete.Root open inline items={entries} filter={null} autoHighlight="always" keepHighlight value={text} onValueChange={(value) => setText(value)}>
            <div className="flex items-center gap-2.5 border-b border-line px-4">
              <Search size={16} aria-hidden className="flex-none text-ink-3" />
              <Autocomplete.Input
                aria-label={searchWords(viewer)}
                placeholder={searchWords(viewer)}
                onFocus={() => setText((was) => was + takeTyped())}
                className="h-12 w-full bg-transparent text-16 outline-none placeholder:text-ink-3"
              />
              <Dialog.Close className="key">Esc</Dialog.Close>
            </div>
            <Autocomplete.Empty className="text-13 text-ink-3 not-empty:px-4 not-empty:py-4">Nothing by that name.</Autocomplete.Empty>
            <Autocomplete.List className="max-h-[50dvh] overflow-auto not-empty:py-1">
              {(entry: Entry) => (
                <Autocomplete.Item
                  key={entry.value}
                  value={entry}
                  onClick={() => choose(entry)}
                  className="grid h-10 cursor-pointer grid-cols-[1rem_1fr_auto] items-center gap-3 px-4 text-14 select-none data-highlighted:bg-accent-wash"
                >
                  <span aria-hidden className="text-ink-3">
                    {entry.icon}
                  </span>
                  <span className="truncate">{entry.label}</span>
                  <span className="text-12 text-ink-3">{entry.hint}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function entriesFor(viewer: Viewer, text: string, { go, onStop }: { go: (href: string) => void; onStop: () => void }): Entry[] {
  const wanted = text.toLowerCase();
  const listed: Entry[] = navFor(viewer).map(({ id, label, href, icon: Icon }) => ({
    value: id,
    label,
    hint: "Go",
    icon: <Icon size={15} strokeWidth={1.75} />,
    run: () => go(href),
  }));
  if (can(viewer, "payouts.stop").allowed) listed.push({ value: "stop", label: "Stop payouts …", hint: "Act", icon: <OctagonX size={15} strokeWidth={1.75} />, run: onStop });
  const entries = listed.filter((entry) => entry.label.toLowerCase().includes(wanted));
  if (wanted === "" || !can(viewer, "transactions.view").allowed) return entries;
  const run = () => go(`/transactions?q=${encodeURIComponent(text)}`);
  return [...entries, { value: "find", label: `Find “${text}” in transactions`, hint: "Find", icon: <Search size={15} strokeWidth={1.75} />, run }];
}
