"use client";
import { useActionState, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { signInWithRecoveryCode } from "@/lib/auth/client";
import { sentenceOf, textOf } from "../sentence.ts";

type State = { error: string | null; leaving: boolean };

async function present(_: State, form: FormData): Promise<State> {
  try {
    window.location.assign(await signInWithRecoveryCode({ recoveryCode: textOf(form, "recoveryCode").trim() }));
    return { error: null, leaving: true };
  } catch (error) {
    return { error: sentenceOf(error), leaving: false };
  }
}

/** The way in without the phone, said with what it costs. The field is there only once asked for: one page, one code. */
export function RecoveryForm() {
  const [open, setOpen] = useState(false);
  const [state, act, pending] = useActionState(present, { error: null, leaving: false });
  return (
    <div className="border-t border-line pt-3 text-13">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="text-ink-2 underline">
        Use a recovery code
      </button>
      {open ? (
        <form action={act} className="grid gap-3 pt-3">
          <p>Your other sessions end, and for a day you decide no payouts.</p>
          <TextField
            label="Recovery code"
            name="recoveryCode"
            mono
            required
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            maxLength={60}
            error={state.error ?? undefined}
          />
          <Button type="submit" wide busy={pending || state.leaving}>
            Sign in with this code
          </Button>
        </form>
      ) : null}
    </div>
  );
}
