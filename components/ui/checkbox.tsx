"use client";
import type { ComponentProps, ReactNode } from "react";

export type CheckboxProps = Omit<ComponentProps<"input">, "type" | "className" | "style" | "onChange"> & {
  label: ReactNode;
  hint?: ReactNode;
  onChecked?: (checked: boolean) => void;
  kind?: "checkbox" | "radio";
};

/** A box to tick (or one of several to choose), with its words beside it. */
export function Checkbox({ label, hint, onChecked, kind = "checkbox", ...input }: CheckboxProps) {
  return (
    <label className="grid cursor-pointer grid-cols-[1rem_1fr] gap-2 py-1 text-13">
      <input {...input} type={kind} className="tick" onChange={(event) => onChecked?.(event.target.checked)} />
      <span>
        {label}
        {hint === undefined ? null : <span className="block text-12 text-ink-3">{hint}</span>}
      </span>
    </label>
  );
}
