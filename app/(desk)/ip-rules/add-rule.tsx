"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { Problem } from "@/components/shell/problem.tsx";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { Select } from "@/components/ui/select.tsx";
import { TextArea, TextField } from "@/components/ui/text-field.tsx";
import { addRuleMutation, ipRulesKey } from "@/lib/edge/client";
import { countryName, parseNetwork, type Effect, type IpScope } from "@/lib/edge/contract";
import { whyLength, whyRefused } from "@/lib/why";
import { countryOptions, scopeOptions, scopeWords } from "./rule-words.ts";
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

const kinds = [
  { value: "network" as const, label: "A network" },
  { value: "country" as const, label: "A country" },
];

type Values = {
  scope: IpScope;
  effect: Effect;
  by: (typeof kinds)[number]["value"];
  network: string;
  country: string;
  clientId: string;
  days: (typeof lengths)[number]["value"];
  reason: string;
};

const blank: Values = { scope: "console", effect: "allow", by: "network", network: "", country: "", clientId: "", days: "0", reason: "" };

/** A new rule, with the dry run beside it: nothing is saved before it is plain who would be cut off. */
export default function AddRule({ onClose }: { onClose: () => void }) {
  const cache = useQueryClient();
  const [values, setValues] = useState(blank);
  const [tried, setTried] = useState(false);
  const byCountry = values.by === "country" && values.scope !== "webhooks";
  const network = parseNetwork(values.network);
  const place = byCountry ? given(values.country, (country) => ({ country })) : given(network, (known) => ({ network: known }));
  const clientId = values.scope === "client" && values.clientId.trim() !== "" ? values.clientId.trim() : null;
  const change = { scope: values.scope, effect: values.effect, clientId };
  const preview = usePreview(given(place, (named) => ({ add: { ...change, ...named } })));
  const add = useMutation({ ...addRuleMutation, onSuccess: onClose, onSettled: () => cache.invalidateQueries({ queryKey: ipRulesKey }) });
  const set = <K extends keyof Values>(field: K, value: Values[K]) => setValues((before) => ({ ...before, [field]: value }));
  const errors = {
    place: place !== null ? undefined : byCountry ? "Choose a country." : "Write a network such as 203.0.113.0/24 or 2001:db8::/32, or one address.",
    reason: whyRefused(values.reason),
  };
  const submit = () => {
    setTried(true);
    if (place === null || errors.reason !== undefined) return;
    add.mutate({ ...change, ...place, reason: values.reason.trim(), days: values.days === "0" ? null : Number(values.days) });
  };
  const shown = tried ? errors : { place: undefined, reason: undefined };
  return (
    <FormDialog
      width="wide"
      title="Add an IP rule"
      description="Deny always wins. Once anything is allowed somewhere, every other address and every unknown one is shut out there."
      act={`${values.effect === "allow" ? "Allow" : "Deny"} ${byCountry ? (countryName(given(values.country, String)) ?? "the country") : (network ?? "the network")}`}
      busy={add.isPending}
      against={preview.data?.refusals ?? []}
      onSubmit={submit}
      onClose={onClose}
    >
      <RuleFields values={values} set={set} errors={shown}>
        <WhoIsCutOff preview={preview.data} loading={preview.isFetching} scopeSeen={values.scope !== "webhooks"} />
      </RuleFields>
      <Problem error={add.error} fieldsSayIt />
    </FormDialog>
  );
}

type FieldsProps = {
  values: Values;
  set: <K extends keyof Values>(field: K, value: Values[K]) => void;
  errors: { place: string | undefined; reason: string | undefined };
  children: ReactNode;
};

function RuleFields({ values, set, errors, children }: FieldsProps) {
  return (
    <>
      <Select label="Where" options={scopeOptions} value={values.scope} onValue={(scope) => set("scope", scope)} hint={scopeWords[values.scope].about} />
      <Select label="Effect" options={effects} value={values.effect} onValue={(effect) => set("effect", effect)} />
      <PlaceFields values={values} set={set} error={errors.place} />
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
        maxLength={whyLength.max}
        onChange={(event) => set("reason", event.target.value)}
        error={errors.reason}
        hint="It stays in the trail. No personal data."
      />
    </>
  );
}

/** Senders of webhooks are told by network only. */
function PlaceFields({ values, set, error }: Pick<FieldsProps, "values" | "set"> & { error: string | undefined }) {
  const countries = useMemo(() => countryOptions(), []);
  const choosable = values.scope !== "webhooks";
  return (
    <>
      {choosable ? <Select label="By" options={kinds} value={values.by} onValue={(by) => set("by", by)} /> : null}
      {choosable && values.by === "country" ? (
        <Select
          label="Country"
          options={countries}
          value={values.country}
          onValue={(country) => set("country", country)}
          placeholder="Choose a country"
          error={error}
          hint="As the registries gave the address. Private addresses are in no country: only a network lets them in."
        />
      ) : (
        <TextField label="Network" mono value={values.network} onChange={(event) => set("network", event.target.value)} error={error} autoComplete="off" spellCheck={false} />
      )}
    </>
  );
}

/** What `make` makes of a value that was given; null for one that was not. */
function given<Value, Made>(value: Value | null, make: (value: Value) => Made): Made | null {
  return value === null || value === "" ? null : make(value);
}
