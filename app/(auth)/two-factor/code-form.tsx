"use client";
import Link from "next/link";
import { useActionState } from "react";
import { SignatureLine } from "@/components/statement/signature-line.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { signInWithCode } from "@/lib/auth/client";
import { onward, returnPath } from "@/lib/http/return-path";
import { sentenceOf, textOf } from "../sentence.ts";

type State = { error: string | null; leaving: boolean };

async function present(_: State, form: FormData): Promise<State> {
  const code = textOf(form, "code").replace(/\s/g, "");
  if (!/^[0-9]{6}$/.test(code)) return { error: "A code is six digits.", leaving: false };
  try {
    window.location.assign(onward(await signInWithCode({ code }), returnPath(textOf(form, "back"))));
    return { error: null, leaving: true };
  } catch (error) {
    return { error: sentenceOf(error), leaving: false };
  }
}

/** Second signature, below the first. */
export function CodeForm({ signed, back }: { signed: { name: string; at: string }; back: string | null }) {
  const [state, act, pending] = useActionState(present, { error: null, leaving: false });
  return (
    <form action={act} className="mt-2 grid gap-4">
      <input type="hidden" name="back" value={back ?? ""} />
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the page is here for this one field */}
      <TextField label="Code" name="code" mono required inputMode="numeric" autoComplete="one-time-code" maxLength={7} error={state.error ?? undefined} autoFocus />
      <ul className="mt-2">
        <SignatureLine role="First signature" state="signed" name={signed.name} at={signed.at} />
        <SignatureLine role="Second signature" state="yours">
          <Button type="submit" variant="primary" size="large" wide busy={pending || state.leaving}>
            Verify
          </Button>
        </SignatureLine>
      </ul>
      <p className="text-12 text-ink-3">
        <Link href="/sign-in">Sign in as someone else</Link>
      </p>
    </form>
  );
}
