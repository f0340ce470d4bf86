"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { clientsKey, disableClientMutation, enableClientMutation } from "@/lib/clients/client";
import type { ClientRow } from "@/lib/clients/contract";

const words = {
  disable: { act: "Disable", means: "Its very next call is refused. What it has already asked for stays as it is." },
  enable: { act: "Enable", means: "It can call again with the keys it has. From then on you count as a maker of everything it asks for." },
} as const;

const mutations = { disable: disableClientMutation, enable: enableClientMutation } as const;

/** Stops a client or lets it call again, with a reason that stays in the trail. */
export function ChangeClient({ client, verb, onClose }: { client: ClientRow; verb: keyof typeof words; onClose: () => void }) {
  const formId = useId();
  const cache = useQueryClient();
  const [reason, setReason] = useState("");
  const [short, setShort] = useState(false);
  const change = useMutation({ ...mutations[verb], onSuccess: onClose, onSettled: () => cache.invalidateQueries({ queryKey: clientsKey }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim().length < 5) setShort(true);
    else change.mutate({ id: client.id, reason: reason.trim() });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`${words[verb].act} ${client.name}`}
      description={words[verb].means}
      footer={
        <>
          <Button onClick={onClose}>Keep it as it is</Button>
          <Button variant={verb === "disable" ? "danger" : "primary"} type="submit" form={formId} busy={change.isPending}>
            {words[verb].act} the client
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-3">
        <TextArea
          label="Reason"
          value={reason}
          maxLength={300}
          hint="Its owner and the auditors read this."
          error={short ? "Say why in at least 5 characters." : undefined}
          onChange={(event) => {
            setReason(event.target.value);
            setShort(false);
          }}
        />
        {change.error === null ? null : (
          <p role="alert" className="text-13 text-failed">
            {change.error.message}
          </p>
        )}
      </form>
    </Dialog>
  );
}
