"use client";
/* oxlint-disable jsx-a11y/prefer-tag-over-role -- <dialog open> brings its own layout and focus rules; this is a plain popover. */
import { useEffect, useRef, useState } from "react";
import { Checkbox } from "./checkbox.tsx";
import { countText } from "./count.ts";
import type { FilterDef } from "./filter-bar.tsx";

type Props = { filters: readonly FilterDef[]; start: string; onClose: () => void };

/** Every filter and its values, found by typing. Changes apply at once; Escape or a press elsewhere closes. */
export function FilterPicker({ filters, start, onClose }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    const before = document.activeElement;
    root.current?.querySelector<HTMLElement>(start === "" ? "input" : `[data-filter="${start}"] input`)?.focus();
    return () => {
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus();
    };
  }, [start]);
  useEffect(() => {
    const away = (event: PointerEvent) => {
      const inside = event.target instanceof Node && root.current?.parentElement?.contains(event.target);
      if (!inside) onClose();
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [onClose]);
  const wanted = text.trim().toLowerCase();
  const matching = filters
    .map((filter) => ({
      filter,
      options: filter.label.toLowerCase().includes(wanted)
        ? filter.options
        : filter.options.filter((option) => `${option.label} ${option.covers ?? ""}`.toLowerCase().includes(wanted)),
    }))
    .filter((entry) => entry.options.length > 0);
  return (
    <div ref={root} role="dialog" aria-label="Filters" className="pop fixed inset-x-4 z-30 mt-1 max-h-[60dvh] overflow-auto p-3 sm:absolute sm:inset-x-auto sm:left-0 sm:w-72">
      <input
        type="text"
        value={text}
        onChange={(event) => setText(event.target.value)}
        aria-label="Find a filter"
        placeholder="Find a filter"
        className="field"
        data-size="small"
        autoComplete="off"
      />
      {matching.length === 0 ? <p className="pt-3 text-13 text-ink-3">No filter has that name.</p> : null}
      {matching.map(({ filter, options }) => (
        <fieldset key={filter.id} data-filter={filter.id} className="mt-3">
          <legend className="eyebrow pb-0.5">{filter.label}</legend>
          {options.map((option) => (
            <Checkbox
              key={option.value}
              kind={filter.single ? "radio" : "checkbox"}
              name={filter.id}
              checked={filter.selected.includes(option.value)}
              label={
                <>
                  {option.label}
                  {option.count === undefined ? null : <span className="text-ink-3"> {countText(option.count)}</span>}
                </>
              }
              hint={option.covers}
              onChecked={(checked) => filter.onChange(nextSelection(filter, option.value, checked))}
            />
          ))}
        </fieldset>
      ))}
    </div>
  );
}

/** What a filter holds after one of its values was ticked or cleared. */
export function nextSelection(filter: Pick<FilterDef, "selected" | "single">, value: string, checked: boolean): string[] {
  if (filter.single) return checked ? [value] : [];
  const others = filter.selected.filter((selected) => selected !== value);
  return checked ? [...others, value] : others;
}
