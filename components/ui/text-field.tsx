"use client";
import type { ComponentProps } from "react";
import { cx } from "./class-names.ts";
import { boxText } from "./time-format.ts";
import { Field, type FieldProps } from "./field.tsx";

export type TextFieldProps = FieldProps & Omit<ComponentProps<"input">, "id" | "className" | "style"> & { mono?: boolean };

/** One line of text, with its label, hint and error. */
export function TextField({ label, hint, error, className, mono = false, type = "text", ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} {...(className === undefined ? {} : { className })}>
      {(ids) => <input {...input} type={type} id={ids.control} aria-describedby={ids.describedBy} aria-invalid={ids.invalid} className={cx("field", mono && "ref")} />}
    </Field>
  );
}

/** A day, or a day and its time, read back in words below: browsers write dates in their own language's order. */
export function DateField({ type = "date", hint, value, ...input }: Omit<TextFieldProps, "value" | "type"> & { type?: "date" | "datetime-local"; value: string }) {
  return <TextField {...input} type={type} value={value} hint={boxText(value) || hint} />;
}

export type TextAreaProps = FieldProps & Omit<ComponentProps<"textarea">, "id" | "className" | "style">;

/** Several lines of text: reasons and notes. */
export function TextArea({ label, hint, error, className, rows = 3, ...area }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error} {...(className === undefined ? {} : { className })}>
      {(ids) => <textarea {...area} rows={rows} id={ids.control} aria-describedby={ids.describedBy} aria-invalid={ids.invalid} className="field" />}
    </Field>
  );
}

export type CodeFieldProps = Omit<TextFieldProps, "label" | "type" | "onChange" | "value"> & { label?: string; value: string; onValue: (code: string) => void };

/** Six digits from an authenticator; anything else a person pastes is dropped. */
export function CodeField({ label = "Code", value, onValue, ...rest }: CodeFieldProps) {
  return (
    <TextField
      {...rest}
      mono
      label={label}
      value={value}
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="[0-9]{6}"
      maxLength={6}
      onChange={(event) => onValue(event.target.value.replace(/\D/g, "").slice(0, 6))}
    />
  );
}
