"use client";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { Button, type ShownReason } from "./button.tsx";
import { cx } from "./class-names.ts";
import { Dialog, type DialogProps } from "./dialog.tsx";

type Props = Pick<DialogProps, "title" | "description" | "width"> & {
  /** The sentence on the button. */
  act: ReactNode;
  /** What leaving it says. */
  leave?: string;
  danger?: boolean;
  busy?: boolean;
  /** Everything that stands against the act. */
  against?: readonly ShownReason[] | undefined;
  onSubmit: () => void;
  onClose: () => void;
  className?: string;
  children: ReactNode;
};

/** A question answered by filling in a form: its fields, the way out, and the one act. */
export function FormDialog({ act, leave = "Cancel", danger = false, busy = false, against = [], onSubmit, onClose, className, children, ...dialog }: Props) {
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  // What the server refused is written beside its field once the answer is here.
  useEffect(() => {
    if (!busy) toFirstWrong(form.current);
  }, [busy]);
  return (
    <Dialog
      {...dialog}
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      footer={
        <>
          <Button onClick={onClose}>{leave}</Button>
          <Button variant={danger ? "danger" : "primary"} type="submit" form={formId} busy={busy} reasons={against}>
            {act}
          </Button>
        </>
      }
    >
      <form
        ref={form}
        id={formId}
        onSubmit={(event) => {
          event.preventDefault();
          flushSync(onSubmit);
          toFirstWrong(form.current);
        }}
        noValidate
        className={cx("grid gap-4", className)}
      >
        {children}
      </form>
    </Dialog>
  );
}

/** The person stands in the first field that says what it lacks. */
function toFirstWrong(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}
