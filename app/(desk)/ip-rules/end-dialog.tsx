"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ReasonDialog } from "@/components/shell/reason-dialog.tsx";
import { endRuleMutation, ipRulesKey, liftBanMutation } from "@/lib/edge/client";
import { placeWords, type BanDto, type RuleDto } from "@/lib/edge/contract";
import { effectLooks, scopeWords } from "./rule-words.ts";
import { usePreview, WhoIsCutOff } from "./who-is-cut-off.tsx";

const hint = "It stays in the trail. No personal data.";

function useEnding(mutation: typeof endRuleMutation | typeof liftBanMutation, id: string, onClose: () => void) {
  const cache = useQueryClient();
  const change = useMutation({
    ...mutation,
    onSuccess: onClose,
    // Once it is done the list alone is read again: who ending it would cut off cannot be asked of what has ended.
    onSettled: (_ended, error) => cache.invalidateQueries({ queryKey: ipRulesKey, exact: error === null }),
  });
  return { ...change, mutate: (reason: string) => change.mutate({ id, reason }) };
}

/** Ends a rule: who would be cut off by that is said first. */
export function EndRule({ rule, onClose }: { rule: RuleDto; onClose: () => void }) {
  const preview = usePreview({ end: rule.id });
  const run = useEnding(endRuleMutation, rule.id, onClose);
  return (
    <ReasonDialog
      hint={hint}
      title={`End “${effectLooks[rule.effect].label} ${placeWords(rule)}”`}
      means={`${scopeWords[rule.scope].label}: ${scopeWords[rule.scope].about}`}
      act="End the rule"
      against={preview.data?.refusals ?? []}
      form={`end-${rule.id}`}
      run={run}
      onClose={onClose}
    >
      <WhoIsCutOff preview={preview.data} loading={preview.isFetching} scopeSeen={rule.scope !== "webhooks"} />
    </ReasonDialog>
  );
}

/** Lets a banned network in again. */
export function LiftBan({ ban, onClose }: { ban: BanDto; onClose: () => void }) {
  const run = useEnding(liftBanMutation, ban.id, onClose);
  return (
    <ReasonDialog
      hint={hint}
      title={`Lift the ban of ${ban.network}`}
      means="Whoever comes from there is let in again at once, where no rule says otherwise."
      act="Lift the ban"
      form={`lift-${ban.id}`}
      run={run}
      onClose={onClose}
    />
  );
}
