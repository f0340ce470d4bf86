"use client";
import { useId } from "react";
import type { SelectOption } from "./select.tsx";

type Props<Value extends string> = { label: string; options: readonly SelectOption<Value>[]; value: Value; onValue: (value: Value) => void };

/** One way to narrow a list, on one line with its label; for lists whose filters are too few for a filter bar. */
export function Choice<Value extends string>({ label, options, value, onValue }: Props<Value>) {
  const id = useId();
  const choose = (chosen: string) => {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option) onValue(option.value);
  };
  return (
    <div className="flex items-center gap-2">
      <label htmlFor={id} className="text-12 whitespace-nowrap text-ink-3">
        {label}
      </label>
      <select id={id} className="field field-chevron w-auto" data-size="small" value={value} onChange={(event) => choose(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}
