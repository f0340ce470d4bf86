"use client";
import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import { countText } from "./count.ts";

export type TabDef<Value extends string = string> = { value: Value; label: ReactNode; count?: number; content: ReactNode };

export type TabsProps<Value extends string> = { label: string; tabs: readonly TabDef<Value>[]; value: Value; onValue: (value: Value) => void };

/** Views of one thing, one at a time. Pages with their own address are links, not tabs. */
export function Tabs<Value extends string>({ label, tabs, value, onValue }: TabsProps<Value>) {
  return (
    <Base.Root value={value} onValueChange={(next: Value) => onValue(next)}>
      <Base.List aria-label={label} className="flex gap-5 overflow-x-auto border-b border-line" data-screen-only>
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px h-9 border-b-2 border-transparent text-13 whitespace-nowrap text-ink-2 -outline-offset-2 hover:text-ink data-active:border-ink data-active:font-medium data-active:text-ink"
          >
            {tab.label}
            {tab.count === undefined ? null : <span className="ml-1.5 text-ink-3">{countText(tab.count)}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className="pt-4">
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
