"use client";
import { Search, SlidersHorizontal, X } from "lucide-react";
import { lazy, Suspense, useRef, useState, type ReactNode } from "react";
import { useEscapeLayer, useShortcut } from "./keyboard.ts";

// Loaded at the first opening: most looks at a list narrow it by its tabs or its box.
const FilterPicker = lazy(async () => ({ default: (await import("./filter-picker.tsx")).FilterPicker }));

export type FilterDef = {
  id: string;
  label: string;
  options: readonly { value: string; label: string; count?: number; /** What it gathers, where its rows are called by other words. */ covers?: string | undefined }[];
  selected: readonly string[];
  /** One value at a time instead of several. */
  single?: boolean;
  onChange: (selected: string[]) => void;
};

export type FilterBarProps = {
  /** What the search box accepts ("id, UTR, e-mail, phone, amount"): its accessible name. */
  searchLabel: string;
  /** The same, short enough to be read inside the box. */
  searchHint?: string;
  /** The query in force; the box is filled from it and tells `onSearch` on Enter. */
  query: string;
  onSearch: (query: string) => void;
  filters: readonly FilterDef[];
  /** Clears query and filters together. */
  onClearAll: () => void;
  /** More ways to narrow the list, beside the filters. */
  children?: ReactNode;
};

/** Search, filters in force as chips, and the way to add more. `/` goes to the box, `f` opens the filters. */
export function FilterBar({ searchLabel, searchHint = searchLabel, query, onSearch, filters, onClearAll, children }: FilterBarProps) {
  const box = useRef<HTMLInputElement>(null);
  const [picking, setPicking] = useState<string | null>(null);
  useShortcut("/", () => box.current?.select());
  useShortcut("f", () => setPicking(""));
  useEscapeLayer(picking !== null, () => setPicking(null));
  const active = filters.filter((filter) => filter.selected.length > 0);
  return (
    <div data-screen-only className="flex flex-wrap items-center gap-2 py-3">
      <search className="min-w-0 flex-1 basis-60 max-sm:basis-full sm:max-w-96">
        <form
          className="relative"
          onSubmit={(event) => {
            event.preventDefault();
            onSearch(box.current?.value.trim() ?? "");
          }}
        >
          <Search size={14} aria-hidden className="pointer-events-none absolute inset-y-0 left-2.5 my-auto text-ink-3" />
          {/* Keyed by the query in force, so that going back in history refills the box. */}
          <input
            ref={box}
            key={query}
            type="search"
            name="q"
            defaultValue={query}
            aria-label={searchLabel}
            aria-keyshortcuts="/"
            placeholder={searchHint}
            className="field pl-8"
            data-size="small"
            autoComplete="off"
            spellCheck={false}
          />
        </form>
      </search>
      {active.map((filter) => (
        <Chip key={filter.id} filter={filter} onOpen={() => setPicking(filter.id)} />
      ))}
      <div className="relative">
        <button
          type="button"
          className="btn"
          data-variant="bare"
          aria-expanded={picking !== null}
          aria-haspopup="dialog"
          aria-keyshortcuts="f"
          onClick={() => setPicking(picking === null ? "" : null)}
        >
          <SlidersHorizontal size={14} aria-hidden />
          Filter
        </button>
        {picking === null ? null : (
          <Suspense fallback={null}>
            <FilterPicker filters={filters} start={picking} onClose={() => setPicking(null)} />
          </Suspense>
        )}
      </div>
      {children}
      {active.length === 0 && query === "" ? null : (
        <button type="button" className="btn" data-variant="bare" onClick={onClearAll}>
          Clear
        </button>
      )}
    </div>
  );
}

/** "Status: Failed ✕": the words open the filter again, the cross clears it. */
function Chip({ filter, onOpen }: { filter: FilterDef; onOpen: () => void }) {
  const words = filter.selected.map((value) => filter.options.find((option) => option.value === value)?.label ?? value).join(", ");
  return (
    <span className="inline-flex min-h-8 max-w-full items-stretch rounded-2 border border-line-2 bg-sheet text-13">
      <button type="button" onClick={onOpen} className="truncate rounded-l-2 pr-1 pl-2.5 hover:bg-sunk">
        <span className="text-ink-3">{filter.label}:</span> {words}
      </button>
      <button
        type="button"
        onClick={() => filter.onChange([])}
        aria-label={`Clear ${filter.label}`}
        className="grid w-7 place-items-center rounded-r-2 text-ink-3 hover:bg-sunk hover:text-ink"
      >
        <X size={12} aria-hidden />
      </button>
    </span>
  );
}
