"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type FormEvent, type ReactNode } from "react";
import { Button, ReasonList } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Select } from "@/components/ui/select.tsx";
import { TextArea, TextField } from "@/components/ui/text-field.tsx";
import { addRuleMutation, ipRulesKey } from "@/lib/edge/client";
import { parseNetwork, type Effect, type IpScope } from "@/lib/edge/contract";
import { ApiProblem } from "@/lib/http/client";
import { scopeOptions, scopeWords } from "./rule-words.ts";
import { usePreview, WhoIsCutOff } from "./who-is-cut-off.tsx";

const effects = [
  { value: "allow" as const, label: "Allow, and shut everybody else out" },
  { value: "deny" as const, label: "Deny, whatever else allows it" },
];
const lengths = [
  { value: "0", label: "Until ended by hand" },
  { value: "1", label: "1 day" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
] as const;

type Values = { scope: IpScope; effect: Effect; network: string; clientId: string; days: (typeof lengths)[number]["value"]; reason: string };

const blank: Values = { scope: "console", effect: "allow", network: "", clientId: "", days: "0", reason: "" };

/** A new rule, with the dry run beside it: nothing is saved before it is plain who would be cut off. */
export default function AddRule({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const cache = useQueryClient();
  const [values, setValues] = useState(blank);
  const [tried, setTried] = useState(false);
  const network = parseNetwork(values.network);
  const clientId = values.scope === "client" && values.clientId.trim() !== "" ? values.clientId.trim() : null;
  const change = { scope: values.scope, effect: values.effect, clientId };
  const preview = usePreview(network === null ? null : { add: { ...change, network } });
  const add = useMutation({ ...addRuleMutation, onSuccess: onClose, onSettled: () => cache.invalidateQueries({ queryKey: ipRulesKey }) });
  const set = <K extends keyof Values>(field: K, value: Values[K]) => setValues((before) => ({ ...before, [field]: value }));
  const errors = {
    network: network === null ? "Write a network such as 203.0.113.0/24 or 2001:db8::/32, or one address." : undefined,
    reason: values.reason.trim().length < 10 ? "Say why in at least 10 characters." : undefined,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (network === null || errors.reason !== undefined) return;
    add.mutate({ ...change, network, reason: values.reason.trim(), days: values.days === "0" ? null : Number(values.days) });
  };
  const shown = tried ? errors : { network: undefined, reason: undefined };
  return (
    <Dialog
      open
      width="wide"
      onOpenChange={(open) => (open ? undefined : onClose())}
      title="Add an IP rule"
      description="Deny always wins. Once anything is allowed somewhere, every other address and every unknown one is shut out there."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} busy={add.isPending} reasons={preview.data?.refusals ?? []}>
            {values.effect === "allow" ? "Allow" : "Deny"} {network ?? "the network"}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-3">
        <RuleFields values={values} set={set} errors={shown}>
          <WhoIsCutOff preview={preview.data} loading={preview.isFetching} scopeSeen={values.scope !== "webhooks"} />
        </RuleFields>
        {add.error === null ? null : <Refusal error={add.error} />}
      </form>
    </Dialog>
  );
}

type FieldsProps = {
  values: Values;
  set: <K extends keyof Values>(field: K, value: Values[K]) => void;
  errors: { network: string | undefined; reason: string | undefined };
  children: ReactNode;
};

function RuleFields({ values, set, errors, children }: FieldsProps) {
  return (
    <>
      <Select label="Where" options={scopeOptions} value={values.scope} onValue={(scope) => set("scope", scope)} hint={scopeWords[values.scope].about} />
      <Select label="Effect" options={effects} value={values.effect} onValue={(effect) => set("effect", effect)} />
      <TextField
        label="Network"
        mono
        value={values.network}
        onChange={(event) => set("network", event.target.value)}
        error={errors.network}
        autoComplete="off"
        spellCheck={false}
      />
      {values.scope === "client" ? (
        <TextField
          label="API client"
          mono
          value={values.clientId}
          onChange={(event) => set("clientId", event.target.value)}
          hint="Its id; empty means every client."
          autoComplete="off"
        />
      ) : null}
      {children}
      <Select label="Until" options={lengths} value={values.days} onValue={(days) => set("days", days)} />
      <TextArea
        label="Reason"
        value={values.reason}
        maxLength={500}
        onChange={(event) => set("reason", event.target.value)}
        error={errors.reason}
        hint="It stays in the trail. No personal data."
      />
    </>
  );
}

function Refusal({ error }: { error: Error }) {
  const reasons = error instanceof ApiProblem ? error.reasons : [];
  return (
    <div role="alert" className="text-13">
      {reasons.length > 0 ? <ReasonList reasons={reasons} /> : <p className="text-failed">{error.message}</p>}
    </div>
  );
}
