"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ReasonDialog } from "@/components/shell/reason-dialog.tsx";
import { clientsKey, disableClientMutation, enableClientMutation } from "@/lib/clients/client";
import { clientReasonLength, type ClientPanel } from "@/lib/clients/contract";
import { useIsMaker } from "./use-is-maker.ts";

const words = {
  disable: { act: "Disable", means: "Its very next call is refused. What it has already asked for stays as it is." },
  enable: { act: "Enable", means: "It can call again with the keys it has." },
} as const;

const mutations = { disable: disableClientMutation, enable: enableClientMutation } as const;

/** Stops a client or lets it call again, with a reason that stays in the trail. */
export function ChangeClient({ client, verb, onClose }: { client: ClientPanel; verb: keyof typeof words; onClose: () => void }) {
  const cache = useQueryClient();
  const change = useMutation({ ...mutations[verb], onSuccess: onClose, onSettled: () => cache.invalidateQueries({ queryKey: clientsKey }) });
  const newMaker = !useIsMaker(client) && verb === "enable";
  return (
    <ReasonDialog
      title={`${words[verb].act} ${client.name}`}
      means={newMaker ? `${words[verb].means} From then on you count as a maker of everything it asks for.` : words[verb].means}
      act={`${words[verb].act} the client`}
      danger={verb === "disable"}
      hint="Its owner and the auditors read this."
      length={clientReasonLength}
      form={`${verb}-${client.id}`}
      run={{ ...change, mutate: (reason) => change.mutate({ id: client.id, reason }) }}
      onClose={onClose}
    />
  );
}
