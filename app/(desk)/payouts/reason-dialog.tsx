"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent } from "react";
import { useKeptForm } from "@/components/shell/kept-form.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { cancelPayoutMutation, giveUpMutation, payoutKeys, rejectPayoutMutation, releasePayoutMutation, sendAgainMutation } from "@/lib/payouts/client";
import type { PayoutPanel } from "@/lib/payouts/contract";
import { actObject } from "./payout-looks.ts";
import { Refusal } from "./refusal.tsx";

export type ReasonVerb = "reject" | "cancel" | "release" | "sendAgain" | "giveUp";

const mutations = { reject: rejectPayoutMutation, cancel: cancelPayoutMutation, release: releasePayoutMutation, sendAgain: sendAgainMutation, giveUp: giveUpMutation } as const;

const words: Record<ReasonVerb, { act: string; means: string; hint: string; done: string }> = {
  reject: { act: "Reject", means: "It ends here and the money is free again.", hint: "The maker reads this.", done: "You rejected it." },
  cancel: { act: "Withdraw", means: "It ends here and the money is free again.", hint: "Those who were asked to sign read this.", done: "You withdrew it." },
  release: { act: "Release", means: "It goes on to its signatures; nothing is paid yet.", hint: "Say what you looked at.", done: "You released it." },
  sendAgain: { act: "Send again", means: "Once two people agree, it is sent again under the same id.", hint: "Say what you looked at.", done: "You agreed to send it again." },
  giveUp: { act: "Give up", means: "Once two people agree, it ends as failed and the money is free again.", hint: "Say what you looked at.", done: "You agreed to give it up." },
};

const reasonMin = 5;

type Props = { verb: ReasonVerb; panel: PayoutPanel; onClose: () => void; onDone: (sentence: string) => void };

/** Ends or frees a payout, with a reason that stays in the trail. */
export function ReasonDialog({ verb, panel, onClose, onDone }: Props) {
  const formId = useId();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [short, setShort] = useState(false);
  const { act, means, hint, done } = words[verb];
  const change = useMutation({
    ...mutations[verb],
    onSuccess: ({ status }) => {
      const together = verb === "giveUp" && status === "failed";
      onDone(together ? "Two of you agreed: it is given up, and the money is free again." : done);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: payoutKeys.all }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim().length < reasonMin) setShort(true);
    else change.mutate({ id: panel.payout.id, reason: reason.trim() });
  };
  useKeptForm(`${verb}-${panel.payout.id}`, { reason }, (kept) => setReason(kept.reason ?? ""));
  const sentence = `${act} ${actObject(panel.payout)}`;
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={sentence}
      description={means}
      footer={
        <>
          <Button onClick={onClose}>Keep it as it is</Button>
          <Button variant={verb === "reject" ? "danger" : "primary"} type="submit" form={formId} busy={change.isPending}>
            {sentence}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-3">
        <TextArea
          label="Reason"
          value={reason}
          maxLength={300}
          hint={hint}
          error={short ? `Say why in at least ${reasonMin} characters.` : undefined}
          onChange={(event) => {
            setReason(event.target.value);
            setShort(false);
          }}
        />
        {change.error === null ? null : <Refusal error={change.error} />}
      </form>
    </Dialog>
  );
}
