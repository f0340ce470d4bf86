"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { SignatureLine, Statement } from "@/components/statement";
import { Button, ReasonList, type ShownReason } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { PressAndHold } from "@/components/ui/press-and-hold.tsx";
import { SkeletonLines } from "@/components/ui/skeleton.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { Time } from "@/components/ui/time.tsx";
import { emergencyQuery, restartMutation, stopMutation } from "@/lib/settings/emergency-client";
import type { Emergency, Stop } from "@/lib/settings/contract";
import { whyLength, whyRefused } from "@/lib/why";
import { useCan } from "./viewer.tsx";

function shortOf(reason: string): ShownReason[] {
  const sentence = whyRefused(reason);
  return sentence === undefined ? [] : [{ code: "reason_short", sentence }];
}

/** Stop every payout now, or sign the restart of stopped ones. */
export function EmergencyDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const emergency = useQuery(emergencyQuery);
  const stop = emergency.data?.stop ?? null;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      width="wide"
      title={stop === null ? "Stop payouts" : "Restart payouts"}
      description={stop === null ? "No payout leaves until two other people sign the restart. Money already at the bank is not called back." : undefined}
    >
      {emergency.data === undefined ? (
        <SkeletonLines lines={4} label="Loading the emergency switch" />
      ) : stop === null ? (
        <StopForm onDone={() => onOpenChange(false)} />
      ) : (
        <RestartSheet stop={stop} emergency={emergency.data} onRestarted={() => onOpenChange(false)} />
      )}
    </Dialog>
  );
}

/** Puts a command's answer where the banner reads it. */
function useSettle() {
  const client = useQueryClient();
  return (answer: Emergency) => client.setQueryData(emergencyQuery.queryKey, answer);
}

function StopForm({ onDone }: { onDone: () => void }) {
  const [reason, setReason] = useState("");
  const settle = useSettle();
  const access = useCan("payouts.stop");
  const stop = useMutation({
    ...stopMutation,
    onSuccess: (answer) => {
      settle(answer);
      onDone();
    },
  });
  const reasons = [...(access.allowed ? [] : access.reasons), ...shortOf(reason)];
  return (
    <div className="grid gap-4">
      <TextArea
        label="Why"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={whyLength.max}
        error={stop.error?.message}
        hint="Everyone at the desk will read this."
      />
      <PressAndHold reasons={reasons} busy={stop.isPending} onHeld={() => stop.mutate({ scope: "payouts", reason: reason.trim() })}>
        Stop all payouts
      </PressAndHold>
    </div>
  );
}

const ordinals = ["First", "Second", "Third"] as const;

function RestartSheet({ stop, emergency, onRestarted }: { stop: Stop; emergency: Emergency; onRestarted: () => void }) {
  const unsigned = stop.restartsNeeded - stop.restarts.length;
  const mine = emergency.restartReasons.length === 0;
  const lines = Array.from({ length: stop.restartsNeeded }, (_, index) => {
    const role = `${ordinals[index] ?? `${index + 1}th`} restart`;
    const vote = stop.restarts[index];
    if (vote !== undefined) return <SignatureLine key={role} role={role} state="signed" name={vote.person.name} at={vote.at} />;
    if (mine && index === stop.restarts.length)
      return (
        <SignatureLine key={role} role={role} state="yours">
          <RestartForm stopId={stop.id} last={unsigned === 1} onRestarted={onRestarted} />
        </SignatureLine>
      );
    return <SignatureLine key={role} role={role} state="open" who="Needs someone who may restart, other than who stopped" />;
  });
  return (
    <div className="grid gap-4">
      <Statement
        kind="Restart, by two signatures"
        headline="Payouts are stopped"
        to={
          <>
            by {stop.stoppedBy.name}, <Time at={stop.stoppedAt} relative />
          </>
        }
        facts={[
          { label: "Why it was stopped", value: stop.reason, wide: true },
          ...stop.restarts.map((vote) => ({ label: `${vote.person.name} says`, value: vote.reason, wide: true })),
        ]}
        lines={lines}
        headingLevel={3}
      />
      {mine ? null : <ReasonList reasons={emergency.restartReasons} />}
    </div>
  );
}

function RestartForm({ stopId, last, onRestarted }: { stopId: string; last: boolean; onRestarted: () => void }) {
  const [reason, setReason] = useState("");
  const settle = useSettle();
  const restart = useMutation({
    ...restartMutation,
    onSuccess: (answer) => {
      settle(answer);
      // Left open, it would offer to stop again where the restart was just signed.
      if (answer.stop === null) onRestarted();
    },
  });
  return (
    <div className="grid gap-3 pb-1">
      <TextArea
        label="Why it is safe to restart"
        rows={2}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={whyLength.max}
        error={restart.error?.message}
      />
      <Button variant="primary" busy={restart.isPending} reasons={shortOf(reason)} onClick={() => restart.mutate({ stopId, reason: reason.trim() })}>
        {last ? "Sign, and restart payouts" : "Sign the restart"}
      </Button>
    </div>
  );
}
