"use client";
import type { Route } from "next";
import Link from "next/link";
import { useActionState } from "react";
import { SignatureLine } from "@/components/statement/signature-line.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { signInWithPassword } from "@/lib/auth/client";
import { passwordLength } from "@/lib/auth/contract";
import { onward, returnPath } from "@/lib/http/return-path";
import { sentenceOf, textOf } from "../sentence.ts";

type State = { email: string; error: string | null; leaving: boolean };

async function present(_: State, form: FormData): Promise<State> {
  const email = textOf(form, "email").trim();
  try {
    const next = await signInWithPassword({ email, password: textOf(form, "password") });
    // A full load, so that nothing kept in memory for whoever sat here before survives.
    window.location.assign(onward(next, returnPath(textOf(form, "back"))));
    return { email, error: null, leaving: true };
  } catch (error) {
    return { email, error: sentenceOf(error), leaving: false };
  }
}

/** First signature. A form action, so that a press before the page has woken up is kept and replayed. */
export function PasswordForm({ back }: { back: string | null }) {
  const [state, act, pending] = useActionState(present, { email: "", error: null, leaving: false });
  return (
    <form action={act} className="mt-2 grid gap-4">
      <input type="hidden" name="back" value={back ?? ""} />
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the page is here for this form, and this is its first field */}
      <TextField label="Email" name="email" type="email" autoComplete="username" required maxLength={254} defaultValue={state.email} autoFocus />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required maxLength={2 * passwordLength.max} error={state.error ?? undefined} />
      <ul className="mt-2">
        <SignatureLine role="First signature" state="yours">
          <Button type="submit" variant="primary" size="large" wide busy={pending || state.leaving}>
            Sign in
          </Button>
        </SignatureLine>
        <SignatureLine role="Second signature" state="open" who="then, a code from your phone" />
      </ul>
      <p className="text-12 text-ink-3">
        <Link href={"/reset" as Route}>Forgot your password?</Link>
      </p>
    </form>
  );
}
