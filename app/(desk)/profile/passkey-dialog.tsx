"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { passkeysQuery, removePasskeyMutation, renamePasskeyMutation } from "@/lib/auth/client";
import type { PasskeyItem, PasskeyList } from "@/lib/auth/contract";

export type PasskeyAct = "rename" | "remove";

type Props = { act: PasskeyAct; item: PasskeyItem; keepReasons: PasskeyList["keepReasons"]; onClose: () => void };

/** Another name for a passkey, or its end. */
export function PasskeyDialog({ act, item, keepReasons, onClose }: Props) {
  const client = useQueryClient();
  const [name, setName] = useState(item.name);
  const settled = { onSuccess: onClose, onSettled: () => client.invalidateQueries({ queryKey: passkeysQuery.queryKey }) };
  const rename = useMutation({ ...renamePasskeyMutation, ...settled });
  const remove = useMutation({ ...removePasskeyMutation, ...settled });
  const renames = act === "rename";
  const submit = () => {
    if (renames && name.trim() !== "") rename.mutate({ id: item.id, name: name.trim() });
    if (!renames) remove.mutate({ id: item.id });
  };
  const error = rename.error ?? remove.error;
  return (
    <FormDialog
      title={renames ? `Rename ${item.name}` : `Remove ${item.name}`}
      description={
        renames ? "A name by which you know the device." : "It opens nothing here any more, and other sessions opened with a passkey end. Delete it on the device as well."
      }
      act={renames ? "Rename" : "Remove it"}
      danger={!renames}
      busy={rename.isPending || remove.isPending}
      against={renames ? [] : keepReasons}
      onSubmit={submit}
      onClose={onClose}
    >
      {renames ? <TextField label="Name" value={name} maxLength={60} autoComplete="off" onChange={(event) => setName(event.target.value)} /> : null}
      <p role="alert" className="text-13 text-failed">
        {error?.message}
      </p>
    </FormDialog>
  );
}
