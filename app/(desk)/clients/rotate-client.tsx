"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as z from "zod/mini";
import { Problem } from "@/components/shell/problem.tsx";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { Select } from "@/components/ui/select.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { clientsKey, rotateClientMutation } from "@/lib/clients/client";
import { rotateClientInput, type ClientMade, type ClientPanel } from "@/lib/clients/contract";
import { ApiProblem } from "@/lib/http/client";
import { wholeKey } from "./columns.tsx";
import { SecretOnce } from "./secret-once.tsx";
import { useIsMaker } from "./use-is-maker.ts";

const overlaps = [
  { value: "0", label: "Not at all: it ends now" },
  { value: "1", label: "1 hour" },
  { value: "24", label: "1 day" },
  { value: "72", label: "3 days" },
  { value: "168", label: "7 days" },
] as const;

/** Gives a client a new key, with time for its program to change over. */
export function RotateClient({ client, onClose }: { client: ClientPanel; onClose: () => void }) {
  const cache = useQueryClient();
  const [publicKey, setPublicKey] = useState("");
  const [overlap, setOverlap] = useState<(typeof overlaps)[number]["value"]>("24");
  const [made, setMade] = useState<ClientMade | null>(null);
  const [wrong, setWrong] = useState<string | undefined>();
  const isMaker = useIsMaker(client);
  const rotate = useMutation({
    ...rotateClientMutation,
    onSuccess: setMade,
    onError: (error) => setWrong(error instanceof ApiProblem ? error.detail["publicKey"] : undefined),
    onSettled: () => cache.invalidateQueries({ queryKey: clientsKey }),
  });
  const submit = () => {
    const input = { overlapHours: Number(overlap), ...(client.algorithm === "ed25519" ? { publicKey } : {}) };
    const fits = z.safeParse(rotateClientInput, input).success;
    setWrong(fits ? undefined : wholeKey);
    if (fits) rotate.mutate({ id: client.id, ...input });
  };
  if (made !== null) return <SecretOnce title={`${client.name} has a new key`} made={made} onClose={onClose} />;
  return (
    <FormDialog
      title={`Give ${client.name} a new key`}
      description={isMaker ? undefined : "From then on you count as a maker of everything this client asks for, and can never approve it."}
      act="Give it a new key"
      leave="Keep the old key"
      busy={rotate.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      {client.algorithm === "ed25519" ? (
        <TextArea
          label="New public key"
          hint="Ed25519, PEM, of a pair that was never used here."
          value={publicKey}
          onChange={(event) => {
            setPublicKey(event.target.value);
            setWrong(undefined);
          }}
          spellCheck={false}
          error={wrong}
        />
      ) : (
        <p className="text-13 text-ink-2">A new secret is made here and shown once.</p>
      )}
      <Select label="The old key stays good for" options={overlaps} value={overlap} onValue={setOverlap} />
      <Problem error={rotate.error} fieldsSayIt />
    </FormDialog>
  );
}
