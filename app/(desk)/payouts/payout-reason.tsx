"use client";
import { useMutation } from "@tanstack/react-query";
import { ReasonDialog } from "@/components/shell/reason-dialog.tsx";
import { cancelPayoutMutation, giveUpMutation, rejectPayoutMutation, releasePayoutMutation, sendAgainMutation } from "@/lib/payouts/client";
import { payoutReasonLength, type PayoutPanel } from "@/lib/payouts/contract";
import { actObject } from "./payout-looks.ts";
import { useDecided } from "./use-decided.ts";

export type ReasonVerb = "reject" | "cancel" | "release" | "sendAgain" | "giveUp";

const mutations = { reject: rejectPayoutMutation, cancel: cancelPayoutMutation, release: releasePayoutMutation, sendAgain: sendAgainMutation, giveUp: giveUpMutation } as const;

const words: Record<ReasonVerb, { act: string; means: string; hint: string; done: string }> = {
  reject: {
    act: "Reject",
    means: "It ends here and the money is free again.",
    hint: "The maker reads this, and so does whoever may see the transaction.",
    done: "You rejected it.",
  },
  cancel: {
    act: "Withdraw",
    means: "It ends here and the money is free again.",
    hint: "Those who were asked to sign read this, and so does whoever may see the transaction.",
    done: "You withdrew it.",
  },
  release: { act: "Release", means: "It goes on to its signatures; nothing is paid yet.", hint: "Say what you looked at.", done: "You released it." },
  sendAgain: { act: "Send again", means: "Once two people agree, it is sent again under the same id.", hint: "Say what you looked at.", done: "You agreed to send it again." },
  giveUp: { act: "Give up", means: "Once two people agree, it ends as failed and the money is free again.", hint: "Say what you looked at.", done: "You agreed to give it up." },
};

type Props = { verb: ReasonVerb; panel: PayoutPanel; onClose: () => void; onDone: (sentence: string) => void };

/** Ends or frees a payout, with a reason that stays in the trail. */
export function PayoutReason({ verb, panel, onClose, onDone }: Props) {
  const reload = useDecided();
  const { act, means, hint, done } = words[verb];
  const change = useMutation({
    ...mutations[verb],
    onSuccess: ({ status }) => {
      const together = verb === "giveUp" && status === "failed";
      onDone(together ? "Two of you agreed: it is given up, and the money is free again." : done);
      onClose();
    },
    onSettled: reload,
  });
  const sentence = `${act} ${actObject(panel.payout)}`;
  return (
    <ReasonDialog
      title={sentence}
      means={means}
      act={sentence}
      danger={verb === "reject"}
      hint={hint}
      length={payoutReasonLength}
      form={`${verb}-${panel.payout.id}`}
      run={{ ...change, mutate: (reason) => change.mutate({ id: panel.payout.id, reason }) }}
      onClose={onClose}
    />
  );
}
