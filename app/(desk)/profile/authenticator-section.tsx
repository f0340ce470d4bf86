"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { AuthenticatorKey } from "@/components/credentials/authenticator-key.tsx";
import { Section } from "@/components/shell/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { CodeField } from "@/components/ui/text-field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { confirmReplacement, credentialsQuery, startReplacement } from "@/lib/auth/client";
import type { EnrolAnswer } from "@/lib/auth/contract";
import { ApiProblem } from "@/lib/http/client";

const words = (error: Error | null): string | undefined =>
  error === null ? undefined : error instanceof ApiProblem ? error.message : "This page failed on our side. Load it again.";

/** Since when the phone signs, and the way to move to another one. */
export function AuthenticatorSection({ since }: { since: string | null }) {
  const [made, setMade] = useState<EnrolAnswer | null>(null);
  const [moved, setMoved] = useState(false);
  const start = useMutation({ mutationFn: startReplacement, onSuccess: setMade, onMutate: () => setMoved(false) });
  return (
    <Section
      title="Authenticator app"
      actions={
        <Button busy={start.isPending} onClick={() => start.mutate()}>
          Move to another phone
        </Button>
      }
    >
      <p className="text-13 text-ink-2">
        {since === null ? (
          "None at the moment."
        ) : (
          <>
            Added <Time at={since} phrase />.
          </>
        )}{" "}
        If your phone is gone, two administrators can reset it for you.
      </p>
      {moved ? <output className="block pt-2 text-13">Your new phone signs from now on, and your other sessions have ended.</output> : null}
      {start.error === null ? null : (
        <p role="alert" className="pt-2 text-13 text-failed">
          {words(start.error)}
        </p>
      )}
      {made === null ? null : (
        <MoveDialog
          made={made}
          onClose={(done) => {
            setMade(null);
            setMoved(done);
          }}
        />
      )}
    </Section>
  );
}

const formId = "move-phone";

function MoveDialog({ made, onClose }: { made: EnrolAnswer; onClose: (done: boolean) => void }) {
  const [code, setCode] = useState("");
  const queries = useQueryClient();
  const confirm = useMutation({
    mutationFn: () => confirmReplacement({ code }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: credentialsQuery.queryKey });
      onClose(true);
    },
    onError: () => setCode(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!confirm.isPending) confirm.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose(false))}
      title="Move to another phone"
      description="Scan this with the new phone. The old one signs until a code of the new one is right."
      footer={
        <>
          <Button onClick={() => onClose(false)}>Keep the old phone</Button>
          <Button type="submit" form={formId} variant="primary" busy={confirm.isPending}>
            Let the new phone sign
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="grid gap-4">
        <AuthenticatorKey made={made} />
        <CodeField value={code} onValue={setCode} required hint="From the new phone." error={words(confirm.error)} />
      </form>
    </Dialog>
  );
}
