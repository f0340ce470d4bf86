"use client";
import { useState } from "react";
import { formatPaiseShort, parseRupees, type Paise } from "@/lib/money";
import { Field, type FieldProps } from "./field.tsx";

export type MoneyFieldProps = FieldProps & {
  /** What was typed, in rupees; kept as text so nothing is rounded while typing. */
  value: string;
  onValue: (text: string, amount: Paise | null) => void;
  name?: string;
  required?: boolean;
  autoFocus?: boolean;
};

/** Regroups what was typed the Indian way ("425000.5" → "4,25,000.50"); leaves alone what is not an amount. */
export function groupRupees(text: string): string {
  const amount = parseRupees(text);
  if (amount === null) return text;
  return formatPaiseShort(amount).replace("₹", "");
}

/** An amount in rupees. Parses to paise on every key, groups when the person leaves the field. */
export function MoneyField({ value, onValue, label, hint, error, className, ...input }: MoneyFieldProps) {
  const [left, setLeft] = useState(false);
  const wrong = left && value !== "" && parseRupees(value) === null ? "Enter rupees with at most two decimals, such as 4,25,000.50." : undefined;
  const leave = () => {
    setLeft(true);
    onValue(groupRupees(value), parseRupees(value));
  };
  return (
    <Field label={label} hint={hint} error={error ?? wrong} {...(className === undefined ? {} : { className })}>
      {(ids) => (
        <div className="relative">
          <span aria-hidden className="pointer-events-none absolute inset-y-0 left-2.5 grid place-items-center text-14 text-ink-3">
            ₹
          </span>
          <input
            {...input}
            id={ids.control}
            aria-describedby={ids.describedBy}
            aria-invalid={ids.invalid}
            className="field num pl-6 text-end"
            inputMode="decimal"
            autoComplete="off"
            value={value}
            onChange={(event) => onValue(event.target.value, parseRupees(event.target.value))}
            onFocus={() => setLeft(false)}
            onBlur={leave}
          />
        </div>
      )}
    </Field>
  );
}
