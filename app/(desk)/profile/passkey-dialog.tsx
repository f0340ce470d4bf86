"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { passkeysQuery, removePasskeyMutation, renamePasskeyMutation } from "@/lib/auth/client";
import type { PasskeyItem, PasskeyList } from "@/lib/auth/contract";

export type PasskeyAct = "rename" | "remove";

type Props = { act: PasskeyAct; item: PasskeyItem; keepReasons: PasskeyList["keepReasons"]; onClose: () => void };

/** Another name for a passkey, or its end. */
export function PasskeyDialog({ act, item, keepReasons, onClose }: Props) {
  const formId = useId();
  const client = useQueryClient();
  const [name, setName] = useState(item.name);
  const settled = { onSuccess: onClose, onSettled: () => client.invalidateQueries({ queryKey: passkeysQuery.queryKey }) };
  const rename = useMutation({ ...renamePasskeyMutation, ...settled });
  const remove = useMutation({ ...removePasskeyMutation, ...settled });
  const renames = act === "rename";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (renames && name.trim() !== "") rename.mutate({ id: item.id, name: name.trim() });
    if (!renames) remove.mutate({ id: item.id });
  };
  const error = rename.error ?? remove.error;
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={renames ? `Rename ${item.name}` : `Remove ${item.name}`}
      description={
        renames ? "A name by which you know the device." : "It opens nothing here any more, and other sessions opened with a passkey end. Delete it on the device as well."
      }
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            form={formId}
            variant={renames ? "primary" : "danger"}
            busy={rename.isPending || remove.isPending}
            reasons={renames ? undefined : keepReasons.map(({ wayOut, ...reason }) => ({ ...reason, wayOut }))}
          >
            {renames ? "Rename" : "Remove it"}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-3">
        {renames ? <TextField label="Name" value={name} maxLength={60} autoComplete="off" onChange={(event) => setName(event.target.value)} /> : null}
        <p role="alert" className="text-13 text-failed">
          {error?.message}
        </p>
      </form>
    </Dialog>
  );
}
