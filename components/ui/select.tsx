"use client";
import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { Field, type FieldProps } from "./field.tsx";

export type SelectOption<Value extends string = string> = { value: Value; label: string };

export type SelectProps<Value extends string> = FieldProps &
  Omit<ComponentProps<"select">, "id" | "className" | "style" | "value" | "onChange"> & {
    options: readonly SelectOption<Value>[];
    value: Value | "";
    onValue: (value: Value) => void;
    /** Shown first and not choosable, while nothing is chosen. */
    placeholder?: string;
  };

/** A choice of one. Native, so phones and screen readers bring their own good list. */
export function Select<Value extends string>({ label, hint, error, className, options, value, onValue, placeholder, ...select }: SelectProps<Value>) {
  const choose = (chosen: string) => {
    const option = options.find((candidate) => candidate.value === chosen);
    if (option) onValue(option.value);
  };
  return (
    <Field label={label} hint={hint} error={error} {...(className === undefined ? {} : { className })}>
      {(ids) => (
        <div className="relative">
          <select
            {...select}
            id={ids.control}
            aria-describedby={ids.describedBy}
            aria-invalid={ids.invalid}
            className="field"
            value={value}
            onChange={(event) => choose(event.target.value)}
          >
            {placeholder === undefined ? null : (
              <option value="" disabled>
                {placeholder}
              </option>
            )}
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown size={14} aria-hidden className="pointer-events-none absolute inset-y-0 right-2.5 my-auto text-ink-3" />
        </div>
      )}
    </Field>
  );
}
