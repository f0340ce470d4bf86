"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { NewPassword } from "@/components/credentials/new-password.tsx";
import { Section } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { CodeField, TextField } from "@/components/ui/text-field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { changePassword, credentialsQuery, guideOwnPassword } from "@/lib/auth/client";
import { ApiProblem } from "@/lib/http/client";

/** When the password was last changed, and the way to change it. */
export function PasswordSection({ email, changedAt }: { email: string; changedAt: string | null }) {
  const [open, setOpen] = useState(false);
  const [done, setDone] = useState(false);
  return (
    <Section
      title="Password"
      actions={
        <Button
          onClick={() => {
            setDone(false);
            setOpen(true);
          }}
        >
          Change my password
        </Button>
      }
    >
      <p className="text-13 text-ink-2">
        {changedAt === null ? (
          "Set when you joined."
        ) : (
          <>
            Last changed <Time at={changedAt} phrase />.
          </>
        )}{" "}
        It never expires; change it when someone may know it.
      </p>
      {done ? <output className="block pt-2 text-13">Your password is changed, and your other sessions have ended.</output> : null}
      {open ? (
        <ChangeDialog
          email={email}
          onClose={(changed) => {
            setOpen(false);
            setDone(changed);
          }}
        />
      ) : null}
    </Section>
  );
}

const formId = "change-password";

function ChangeDialog({ email, onClose }: { email: string; onClose: (changed: boolean) => void }) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [code, setCode] = useState("");
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: () => changePassword({ current, next, code }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: credentialsQuery.queryKey });
      onClose(true);
    },
    onError: () => setCode(""),
  });
  const failed = change.error instanceof ApiProblem ? { field: fieldOf(change.error.code), why: change.error.message } : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!change.isPending) change.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose(false))}
      title="Change your password"
      description="It takes the present one and a code. Every other session of yours ends."
      footer={
        <>
          <Button onClick={() => onClose(false)}>Keep the present one</Button>
          <Button type="submit" form={formId} variant="primary" busy={change.isPending}>
            Change my password
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="grid gap-4">
        <input type="text" autoComplete="username" value={email} readOnly hidden />
        <TextField
          label="Present password"
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
          error={failed?.field === "current" ? failed.why : undefined}
        />
        <NewPassword value={next} onValue={setNext} guide={guideOwnPassword} error={failed?.field === "next" ? failed.why : undefined} />
        <CodeField
          value={code}
          onValue={setCode}
          required
          hint="From your authenticator app, right before you press the button."
          error={failed?.field === "code" ? failed.why : undefined}
        />
        {change.isError && failed === null ? (
          <p role="alert" className="text-13 text-failed">
            This page failed on our side. Load it again.
          </p>
        ) : null}
      </form>
    </Dialog>
  );
}

function fieldOf(kind: string): "current" | "next" | "code" {
  if (kind === "wrong_password" || kind === "too_many_attempts") return "current";
  return kind.includes("code") || kind === "not_enrolled" ? "code" : "next";
}
