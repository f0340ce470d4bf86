"use client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { valueText } from "@/components/settings/value-text.ts";
import { Problem } from "@/components/shell/problem.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { decideMutation, withdrawMutation } from "@/lib/settings/client";
import type { Proposal, Setting, SettingDetail } from "@/lib/settings/contract";
import { whyLength, whyRefused } from "@/lib/why";

type Props = { setting: Setting; proposal: Proposal; onDone: (detail: SettingDetail) => void; withdrawOnly?: boolean };

/** The second signature, or the refusal, with a reason; for the proposer only the way back. */
export function DecideForm({ setting, proposal, onDone, withdrawOnly = false }: Props) {
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const decide = useMutation({ ...decideMutation, onSuccess: onDone });
  const withdraw = useMutation({ ...withdrawMutation, onSuccess: onDone });
  if (withdrawOnly)
    return (
      <div className="grid justify-items-start gap-2">
        <Problem error={withdraw.error} />
        <Button busy={withdraw.isPending} onClick={() => withdraw.mutate(proposal.id)}>
          Take the proposal back
        </Button>
      </div>
    );
  const say = (decision: "accept" | "refuse") => {
    setTried(true);
    if (whyRefused(reason) === undefined) decide.mutate({ id: proposal.id, decision, reason: reason.trim() });
  };
  return (
    <div className="grid gap-3">
      <TextArea label="Why" value={reason} maxLength={whyLength.max} error={tried ? whyRefused(reason) : undefined} onChange={(event) => setReason(event.target.value)} />
      <Problem error={decide.error} />
      <div className="flex flex-wrap gap-2">
        <Button busy={decide.isPending} onClick={() => say("refuse")}>
          Turn it down
        </Button>
        <Button variant="primary" busy={decide.isPending} onClick={() => say("accept")}>
          Let {valueText(setting, proposal.value)} take effect
        </Button>
      </div>
    </div>
  );
}
