"use client";
import { useState, type ReactNode } from "react";
import { useKeptForm } from "./kept-form.ts";
import type { ShownReason } from "@/components/ui/button.tsx";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { whyLength, whyRefused, type WhyLength } from "@/lib/why";
import { Problem } from "./problem.tsx";

type Props = {
  title: string;
  /** What becomes of it, in a sentence. */
  means: string;
  /** The sentence on the button. */
  act: string;
  danger?: boolean;
  /** Who reads the reason, or what it should say. */
  hint?: string;
  length?: WhyLength;
  /** Everything that stands against the act. */
  against?: readonly ShownReason[];
  /** Names the form, so that what was typed outlives the end of a session. */
  form: string;
  run: { isPending: boolean; error: Error | null; mutate: (reason: string) => void };
  onClose: () => void;
  children?: ReactNode;
};

/** Asks why before an act; the reason stays in the trail. */
export function ReasonDialog({ title, means, act, danger = false, hint = "It stays in the trail.", length = whyLength, against = [], form, run, onClose, children }: Props) {
  const [reason, setReason] = useState("");
  const [short, setShort] = useState(false);
  useKeptForm(form, { reason }, (kept) => setReason(kept.reason ?? ""));
  const submit = () => {
    if (whyRefused(reason, length) === undefined) run.mutate(reason.trim());
    else setShort(true);
  };
  return (
    <FormDialog title={title} description={means} act={act} leave="Keep it as it is" danger={danger} busy={run.isPending} against={against} onSubmit={submit} onClose={onClose}>
      <TextArea
        label="Reason"
        value={reason}
        maxLength={length.max}
        hint={hint}
        error={short ? whyRefused(reason, length) : undefined}
        onChange={(event) => {
          setReason(event.target.value);
          setShort(false);
        }}
      />
      {children}
      <Problem error={run.error} />
    </FormDialog>
  );
}
