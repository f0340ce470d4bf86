"use client";
import { useCallback, useState, type FormEvent } from "react";
import { NewPassword } from "@/components/credentials/new-password.tsx";
import { SignatureLine } from "@/components/statement/signature-line.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { roleLabels } from "@/lib/access";
import { acceptInvitation, guideLinkPassword } from "@/lib/auth/client";
import type { LinkAnswer } from "@/lib/auth/contract";
import { LinkGate } from "../link-gate.tsx";
import { sentenceOf } from "../sentence.ts";

/** The first of an invited person's steps: who asks them in and as what, their name, their password. */
export function Invitation() {
  return (
    <LinkGate purpose="invitation" without={<p>Open the whole link you were given; it is longer than this page’s address.</p>}>
      {(token, link) => <Join token={token} link={link} />}
    </LinkGate>
  );
}

function Join({ token, link }: { token: string; link: LinkAnswer }) {
  const [name, setName] = useState(link.name);
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const guide = useCallback((typed: string, signal: AbortSignal) => guideLinkPassword({ token, purpose: "invitation", password: typed, name }, signal), [token, name]);
  const join = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      window.location.assign(await acceptInvitation({ token, name, password }));
    } catch (reason) {
      setError(sentenceOf(reason));
      setBusy(false);
    }
  };
  return (
    <>
      <p>
        <span className="text-ink">{link.issuedBy}</span> invites you{asWhat(link)}. This link works once, until <Time at={link.expiresAt} />.
      </p>
      <form onSubmit={(event) => void join(event)} className="mt-2 grid gap-4">
        <TextField label="Email" type="email" autoComplete="username" readOnly value={link.email} />
        <TextField
          label="Your name"
          autoComplete="name"
          required
          minLength={2}
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
          hint="Your colleagues see it beside what you sign."
        />
        <NewPassword label="Password" value={password} onValue={setPassword} guide={guide} error={error ?? undefined} />
        <ul className="mt-2">
          <SignatureLine role="Password" state="yours">
            <Button type="submit" variant="primary" size="large" wide busy={busy}>
              Set my password
            </Button>
          </SignatureLine>
          <SignatureLine role="Phone" state="open" who="then, your authenticator app" />
          <SignatureLine role="Paper" state="open" who="then, recovery codes to put away" />
        </ul>
      </form>
    </>
  );
}

function asWhat(link: LinkAnswer): string {
  if (link.roles.length === 0) return "; your roles are given once you have joined";
  return ` as ${link.roles.map((role) => roleLabels[role]).join(" and ")}`;
}
