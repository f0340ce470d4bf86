"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent, type ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { TextArea } from "@/components/ui/text-field.tsx";
import { endRuleMutation, ipRulesKey, liftBanMutation } from "@/lib/edge/client";
import type { BanDto, RuleDto } from "@/lib/edge/contract";
import { effectLooks, placeWords, scopeWords } from "./rule-words.ts";
import { usePreview, WhoIsCutOff } from "./who-is-cut-off.tsx";

/** Ends a rule: who would be cut off by that is said first. */
export function EndRule({ rule, onClose }: { rule: RuleDto; onClose: () => void }) {
  const preview = usePreview({ end: rule.id });
  return (
    <WithReason
      title={`End “${effectLooks[rule.effect].label} ${placeWords(rule)}”`}
      description={`${scopeWords[rule.scope].label}: ${scopeWords[rule.scope].about}`}
      act="End the rule"
      mutation={endRuleMutation}
      id={rule.id}
      refusals={preview.data?.refusals ?? []}
      onClose={onClose}
    >
      <WhoIsCutOff preview={preview.data} loading={preview.isFetching} scopeSeen={rule.scope !== "webhooks"} />
    </WithReason>
  );
}

/** Lets a banned network in again. */
export function LiftBan({ ban, onClose }: { ban: BanDto; onClose: () => void }) {
  return (
    <WithReason
      title={`Lift the ban of ${ban.network}`}
      description="Whoever comes from there is let in again at once, where no rule says otherwise."
      act="Lift the ban"
      mutation={liftBanMutation}
      id={ban.id}
      refusals={[]}
      onClose={onClose}
    />
  );
}

type Props = {
  title: string;
  description: string;
  act: string;
  mutation: typeof endRuleMutation | typeof liftBanMutation;
  id: string;
  refusals: readonly { code: string; sentence: string; wayOut?: string | undefined }[];
  onClose: () => void;
  children?: ReactNode;
};

function WithReason({ title, description, act, mutation, id, refusals, onClose, children }: Props) {
  const formId = useId();
  const cache = useQueryClient();
  const [reason, setReason] = useState("");
  const [short, setShort] = useState(false);
  const change = useMutation({ ...mutation, onSuccess: onClose, onSettled: () => cache.invalidateQueries({ queryKey: ipRulesKey }) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim().length < 10) setShort(true);
    else change.mutate({ id, reason: reason.trim() });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Keep it as it is</Button>
          <Button variant="primary" type="submit" form={formId} busy={change.isPending} reasons={refusals}>
            {act}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-3">
        <TextArea
          label="Reason"
          value={reason}
          maxLength={500}
          hint="It stays in the trail. No personal data."
          error={short ? "Say why in at least 10 characters." : undefined}
          onChange={(event) => {
            setReason(event.target.value);
            setShort(false);
          }}
        />
        {children}
        {change.error === null ? null : (
          <p role="alert" className="text-13 text-failed">
            {change.error.message}
          </p>
        )}
      </form>
    </Dialog>
  );
}
