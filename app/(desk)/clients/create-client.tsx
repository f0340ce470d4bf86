"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as z from "zod/mini";
import { Problem } from "@/components/shell/problem.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { Select } from "@/components/ui/select.tsx";
import { TextArea, TextField } from "@/components/ui/text-field.tsx";
import { clientsKey, createClientMutation, ownersQuery } from "@/lib/clients/client";
import { apiScopeLabels, apiScopes, createClientInput, type ApiScope, type ClientMade, type CreateClientInput, type SigningAlgorithm } from "@/lib/clients/contract";
import { ApiProblem } from "@/lib/http/client";
import { algorithmLabels, wholeKey } from "./columns.tsx";
import { SecretOnce } from "./secret-once.tsx";

type Days = "30" | "90" | "180" | "365";
type Values = { name: string; ownerId: string; scopes: ApiScope[]; algorithm: SigningAlgorithm; publicKey: string; addresses: string; days: Days };
type Errors = Partial<Record<string, string>>;
type Set = <F extends keyof Values>(field: F, value: Values[F]) => void;

const lives = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "180", label: "180 days" },
  { value: "365", label: "365 days" },
] as const;

const algorithms = (["ed25519", "hmac-sha256"] as const).map((value) => ({ value, label: algorithmLabels[value] }));

function inputOf(values: Values): CreateClientInput {
  const { publicKey, addresses, days, ...rest } = values;
  const key = values.algorithm === "ed25519" ? { publicKey } : {};
  return { ...rest, ...key, addresses: addresses.split(/[\s,]+/).filter((text) => text !== ""), days: Number(days) };
}

const plain: Record<string, string> = {
  name: "Give it a name of 3 to 60 characters.",
  ownerId: "Choose who answers for it.",
  scopes: "Choose at least one.",
  publicKey: wholeKey,
  addresses: "Write addresses or ranges such as 203.0.113.0/24, one on each line.",
};

/** The form of an API client; after it, a dialog hands over what its program needs. */
export default function CreateClient({ onClose, onCreated }: { onClose: () => void; onCreated: (id: string) => void }) {
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({ name: "", ownerId: "", scopes: [], algorithm: "ed25519", publicKey: "", addresses: "", days: "90" });
  const [errors, setErrors] = useState<Errors>({});
  const [made, setMade] = useState<ClientMade | null>(null);
  const create = useMutation({
    ...createClientMutation,
    onSuccess: async (answer) => {
      setMade(answer);
      onCreated(answer.client.id);
      await client.invalidateQueries({ queryKey: clientsKey });
    },
    onError: (error) => setErrors(error instanceof ApiProblem ? error.detail : {}),
  });
  const set: Set = (field, value) => {
    setValues((before) => ({ ...before, [field]: value }));
    setErrors({});
  };
  const submit = () => {
    const input = inputOf(values);
    const parsed = z.safeParse(createClientInput, input);
    if (parsed.success) create.mutate(input);
    else setErrors(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), plain[String(issue.path[0])] ?? issue.message])));
  };
  if (made !== null) return <SecretOnce title={`${made.client.name} can call now`} width="wide" made={made} onClose={onClose} />;
  return (
    <FormDialog
      width="wide"
      title="Create an API client"
      description="You and its owner count as the makers of everything it asks for, and so can never approve it."
      act="Create the client"
      busy={create.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <ClientFields values={values} errors={errors} set={set} />
      <Problem error={create.error} fieldsSayIt />
    </FormDialog>
  );
}

function ClientFields({ values, errors, set }: { values: Values; errors: Errors; set: Set }) {
  const owners = useQuery(ownersQuery);
  const options = owners.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return (
    <>
      <TextField label="Name" value={values.name} onChange={(event) => set("name", event.target.value)} error={errors["name"]} maxLength={60} autoComplete="off" />
      <Select
        label="Owner"
        hint="The person who answers for it. It stops when they leave."
        options={options}
        value={values.ownerId}
        onValue={(id) => set("ownerId", id)}
        placeholder={owners.isPending ? "Reading people …" : "Choose a person"}
        error={errors["ownerId"] ?? (owners.isError ? owners.error.message : undefined)}
      />
      <Scopes values={values} error={errors["scopes"]} set={set} />
      <Select label="Signs with" options={algorithms} value={values.algorithm} onValue={(algorithm) => set("algorithm", algorithm)} />
      {values.algorithm === "ed25519" ? (
        <TextArea
          label="Public key"
          value={values.publicKey}
          onChange={(event) => set("publicKey", event.target.value)}
          hint="Ed25519, PEM. Its owner makes the pair and keeps the private half."
          error={errors["publicKey"]}
          spellCheck={false}
        />
      ) : (
        <p className="text-13 text-ink-2">A secret is made here and shown once. A key pair is safer: its private half never leaves the program.</p>
      )}
      <TextArea
        label="Addresses it calls from"
        value={values.addresses}
        onChange={(event) => set("addresses", event.target.value)}
        hint="One address or range on each line. Empty means from anywhere."
        error={errors["addresses"] ?? errors["addresses.0"]}
        spellCheck={false}
      />
      <Select label="Expires after" options={lives} value={values.days} onValue={(days) => set("days", days)} hint="It is disabled earlier when nobody uses it for 30 days." />
    </>
  );
}

function Scopes({ values, error, set }: { values: Values; error: string | undefined; set: Set }) {
  return (
    <fieldset className="grid gap-0.5" aria-describedby={error === undefined ? undefined : "scopes-error"}>
      <legend className="pb-1 text-13 font-medium">It may</legend>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {apiScopes.map((scope) => (
          <Checkbox
            key={scope}
            label={apiScopeLabels[scope]}
            checked={values.scopes.includes(scope)}
            aria-invalid={error === undefined ? undefined : true}
            onChecked={(checked) =>
              set(
                "scopes",
                apiScopes.filter((each) => (each === scope ? checked : values.scopes.includes(each))),
              )
            }
          />
        ))}
      </div>
      {error === undefined ? null : (
        <p id="scopes-error" role="alert" className="text-13 text-failed">
          {error}
        </p>
      )}
    </fieldset>
  );
}
