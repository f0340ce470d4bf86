"use client";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { CodeField } from "@/components/ui/text-field.tsx";
import { DeviceError, passkeysQuery, stepUpWithCode, stepUpWithPasskey } from "@/lib/auth/client";
import { stepUpActs, type StepUpAct } from "@/lib/auth/contract";
import { ApiProblem } from "@/lib/http/client";

const needs: Record<StepUpAct, string> = {
  reveal: "Revealing personal data",
  export: "Taking data out of the desk",
  role: "Changing who may do what",
  key: "Changing keys",
  ip_rule: "Changing who may connect",
  settings: "Changing settings",
  factor: "Changing how you sign in",
};

type Props = { act: string; onDone: (shown: boolean) => void };

/** Asks for the second factor once more; the request that needed it goes on by itself afterwards. */
export function StepUpDialog({ act, onDone }: Props) {
  const [code, setCode] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // Offered to whoever has one; where the list cannot be read, a code still does.
  const hasPasskey = (useQuery(passkeysQuery).data?.items.length ?? 0) > 0;
  const known = stepUpActs.find((each) => each === act);

  useEffect(() => {
    if (known === undefined) onDone(false);
  }, [known, onDone]);
  if (known === undefined) return null;

  const show = async (present: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await present();
      onDone(true);
    } catch (reason) {
      setError(reason instanceof ApiProblem || reason instanceof DeviceError ? reason.message : "This page failed on our side. Load it again.");
      setCode("");
      setBusy(false);
      form.current?.querySelector("input")?.focus();
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.length < 6) setError("A code is six digits.");
    else void show(() => stepUpWithCode({ act: known, code }));
  };

  return (
    <Dialog
      open
      above
      onOpenChange={(open) => (open ? undefined : onDone(false))}
      title="Sign once more"
      description={`${needs[known]} needs your second factor. It then holds for a few minutes, in this session only.`}
    >
      <form ref={form} onSubmit={submit} className="grid gap-4 pt-1">
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the dialog is here for this one field */}
        <CodeField value={code} onValue={setCode} error={error ?? undefined} autoFocus />
        <div className="flex flex-wrap justify-end gap-2">
          {hasPasskey ? (
            <Button icon={<KeyRound size={14} aria-hidden />} busy={busy} className="mr-auto" onClick={() => void show(() => stepUpWithPasskey(known))}>
              Use a passkey
            </Button>
          ) : null}
          <Button onClick={() => onDone(false)}>Not now</Button>
          <Button type="submit" variant="primary" busy={busy}>
            Sign and go on
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
