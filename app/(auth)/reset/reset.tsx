"use client";
import Link from "next/link";
import { useActionState, useCallback, useState, type FormEvent } from "react";
import { NewPassword } from "@/components/credentials/new-password.tsx";
import { SignatureLine } from "@/components/statement/signature-line.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { acceptReset, forgotPassword, guideLinkPassword } from "@/lib/auth/client";
import type { LinkAnswer, ResetAccept } from "@/lib/auth/contract";
import { LinkGate } from "../link-gate.tsx";
import { sentenceOf, textOf } from "../sentence.ts";

/** With a link: set a new password. Without one: say that it was forgotten. */
export function Reset() {
  return (
    <LinkGate purpose="reset" without={<Forgotten />}>
      {(token, link) => <Renew token={token} link={link} />}
    </LinkGate>
  );
}

type Asked = { email: string; sent: boolean; error: string | null };

async function ask(_: Asked, form: FormData): Promise<Asked> {
  const email = textOf(form, "email").trim();
  try {
    await forgotPassword(email);
    return { email, sent: true, error: null };
  } catch (error) {
    return { email, sent: false, error: sentenceOf(error) };
  }
}

function Forgotten() {
  const [state, act, pending] = useActionState(ask, { email: "", sent: false, error: null });
  if (state.sent)
    return (
      <>
        <output className="block">
          If this address belongs to someone here, the administrators now see that you asked. One of them will make sure it is you and hand you a link.
        </output>
        <p>The link works once, within a day, together with your authenticator app or a recovery code.</p>
        <BackToSignIn />
      </>
    );
  return (
    <>
      <p>An administrator hands you a one-time link; it never comes by mail. Say here that you need one.</p>
      <form action={act} className="mt-2 grid gap-4">
        <TextField
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          required
          minLength={3}
          maxLength={254}
          defaultValue={state.email}
          error={state.error ?? undefined}
        />
        <Button type="submit" variant="primary" size="large" wide busy={pending}>
          Ask for a link
        </Button>
      </form>
      <BackToSignIn />
    </>
  );
}

function BackToSignIn() {
  return (
    <p className="text-12 text-ink-3">
      <Link href="/sign-in">Back to signing in</Link>
    </p>
  );
}

function Renew({ token, link }: { token: string; link: LinkAnswer }) {
  const [password, setPassword] = useState("");
  const [factor, setFactor] = useState("");
  const [failed, setFailed] = useState<{ at: "password" | "factor"; why: string } | null>(null);
  const [step, setStep] = useState<"open" | "busy" | "done">("open");
  const guide = useCallback((typed: string, signal: AbortSignal) => guideLinkPassword({ token, purpose: "reset", password: typed }, signal), [token]);
  if (step === "done")
    return (
      <>
        <output className="block">Your password is set, and every session you had has ended.</output>
        <p>
          <Link href="/sign-in">Sign in with it</Link>
        </p>
      </>
    );
  const renew = async (event: FormEvent) => {
    event.preventDefault();
    if (step === "busy") return;
    setStep("busy");
    setFailed(null);
    try {
      await acceptReset({ token, password, ...factorOf(factor, link.needsCode) });
      setStep("done");
    } catch (reason) {
      const why = sentenceOf(reason);
      setFailed({ at: /code/i.test(why) ? "factor" : "password", why });
      setStep("open");
    }
  };
  return (
    <>
      <p>
        <span className="text-ink">{link.issuedBy}</span> gave you this link. It works once, until <Time at={link.expiresAt} />.
      </p>
      <form onSubmit={(event) => void renew(event)} className="mt-2 grid gap-4">
        <TextField label="Email" type="email" autoComplete="username" readOnly value={link.email} />
        <NewPassword value={password} onValue={setPassword} guide={guide} error={failed?.at === "password" ? failed.why : undefined} />
        {link.needsCode ? (
          <TextField
            label="Code"
            mono
            required
            autoComplete="one-time-code"
            maxLength={40}
            value={factor}
            onChange={(event) => setFactor(event.target.value)}
            hint="From your authenticator app, or one of your recovery codes."
            error={failed?.at === "factor" ? failed.why : undefined}
          />
        ) : null}
        <ul className="mt-2">
          <SignatureLine role="Password" state="yours">
            <Button type="submit" variant="primary" size="large" wide busy={step === "busy"}>
              Set my new password
            </Button>
          </SignatureLine>
        </ul>
      </form>
    </>
  );
}

/** Six digits are a code of the app; anything longer is meant as a recovery code. */
function factorOf(typed: string, needed: boolean): Pick<ResetAccept, "code" | "recoveryCode"> {
  const compact = typed.replace(/[\s-]/g, "");
  if (!needed || compact === "") return {};
  return compact.length === 6 ? { code: compact } : { recoveryCode: typed.trim() };
}
