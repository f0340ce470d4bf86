"use client";
import { useState } from "react";
import { useCan } from "@/components/shell/viewer.tsx";
import { Button } from "@/components/ui/button.tsx";
import { useShortcut } from "@/components/ui/keyboard.ts";
import { useReader } from "@/components/ui/sentence.ts";
import type { PayoutAct, PayoutPanel } from "@/lib/payouts/contract";
import { actObject, isUndecided } from "./payout-looks.ts";
import { PayoutReason, type ReasonVerb } from "./payout-reason.tsx";

type Props = { panel: PayoutPanel; onApprove: () => void; onDone: (sentence: string) => void };

const words: Record<ReasonVerb, string> = { reject: "Reject", cancel: "Withdraw", release: "Release", sendAgain: "Send again", giveUp: "Give up" };

/** The acts beside signing, and, for who may not sign, every reason why. A key opens a confirmation and never confirms. */
export function PayoutActs({ panel, onApprove, onDone }: Props) {
  const read = useReader();
  const [asking, setAsking] = useState<ReasonVerb | null>(null);
  const { acts, payout } = panel;
  const shown = useShownActs(panel);
  useShortcut("a", onApprove, acts.approve.allowed);
  useShortcut("r", () => setAsking("reject"), acts.reject.allowed);
  if (shown.length === 0 && asking === null && !isUndecided(payout.status)) return null;
  const free = shown.filter(({ act }) => act.allowed);
  const refused = shown.filter(({ act }) => !act.allowed);
  return (
    <section aria-label="Acts" data-screen-only className="grid gap-4">
      {isUndecided(payout.status) && !acts.approve.allowed && !acts.release.allowed ? (
        <Button variant="primary" size="large" reasons={read.reasons(acts.approve.reasons)}>
          Approve {actObject(payout)}
        </Button>
      ) : null}
      {free.length === 0 ? null : (
        <div className="flex flex-wrap gap-2">
          {free.map(({ verb }) => (
            <Button
              key={verb}
              variant={verb === "reject" ? "danger" : verb === "release" ? "primary" : "quiet"}
              aria-keyshortcuts={verb === "reject" ? "r" : undefined}
              onClick={() => setAsking(verb)}
            >
              {words[verb]} {actObject(payout)}
            </Button>
          ))}
        </div>
      )}
      {refused.map(({ verb, act }) => (
        <Button key={verb} reasons={read.reasons(act.reasons)}>
          {words[verb]} {actObject(payout)}
        </Button>
      ))}
      {asking === null ? null : <PayoutReason verb={asking} panel={panel} onClose={() => setAsking(null)} onDone={onDone} />}
    </section>
  );
}

/** Acts that are this person's business; those of other roles are named in the refusals and signature lines instead. */
function useShownActs({ payout, acts }: PayoutPanel): { verb: ReasonVerb; act: PayoutAct }[] {
  const mayReject = useCan("payouts.reject").allowed;
  const mayRelease = useCan("payouts.release").allowed;
  const mayApprove = useCan("payouts.approve").allowed;
  const undecided = isUndecided(payout.status);
  const unknown = payout.status === "submitting" && payout.unknownSince !== null;
  return [
    ...(acts.release.allowed || (mayRelease && payout.status === "held") ? [{ verb: "release" as const, act: acts.release }] : []),
    ...(acts.reject.allowed || (mayReject && undecided) ? [{ verb: "reject" as const, act: acts.reject }] : []),
    ...(acts.sendAgain.allowed || (mayApprove && unknown) ? [{ verb: "sendAgain" as const, act: acts.sendAgain }] : []),
    ...(acts.giveUp.allowed || (mayApprove && unknown) ? [{ verb: "giveUp" as const, act: acts.giveUp }] : []),
    ...(acts.cancel.allowed || (payout.maker.isMe && (undecided || payout.status === "approved")) ? [{ verb: "cancel" as const, act: acts.cancel }] : []),
  ];
}
