"use client";
import { useId, type ReactNode } from "react";
import { cx } from "./class-names.ts";

export type FieldProps = {
  label: string;
  /** What to know before typing. */
  hint?: ReactNode;
  /** What is wrong and what to do; shown below and tied to the control. */
  error?: string | undefined;
  className?: string;
};

export type FieldIds = { control: string; describedBy: string | undefined; invalid: true | undefined };

/** Label above, control, then hint and error, tied together for screen readers. */
export function Field({ label, hint, error, className, children }: FieldProps & { children: (ids: FieldIds) => ReactNode }) {
  const id = useId();
  const hintId = hint === undefined ? undefined : `${id}h`;
  const errorId = error === undefined ? undefined : `${id}e`;
  const describedBy = [hintId, errorId].filter(Boolean).join(" ") || undefined;
  return (
    <div className={cx("grid gap-1", className)}>
      <label htmlFor={id} className="text-13 font-medium">
        {label}
      </label>
      {children({ control: id, describedBy, invalid: error === undefined ? undefined : true })}
      {hintId && (
        <p id={hintId} className="text-12 text-ink-3">
          {hint}
        </p>
      )}
      {errorId && (
        <p id={errorId} role="alert" className="text-13 text-failed">
          {error}
        </p>
      )}
    </div>
  );
}
