"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as z from "zod/mini";
import { Problem } from "@/components/shell/problem.tsx";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { Select } from "@/components/ui/select.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { beneficiariesQuery, createBeneficiaryMutation } from "@/lib/beneficiaries/client";
import { createBeneficiaryShape, type BeneficiaryDto, type BeneficiaryKind } from "@/lib/beneficiaries/contract";
import { ApiProblem } from "@/lib/http/client";

type Props = { accountId: string; replaces: BeneficiaryDto | null; onClose: () => void };
type Values = { kind: BeneficiaryKind; name: string; accountNumber: string; ifsc: string; vpa: string };
type Errors = Partial<Record<keyof Values, string>>;

const kinds = [
  { value: "bank_account", label: "Bank account" },
  { value: "vpa", label: "UPI id" },
] as const;

function inputOf(values: Values, replaces: BeneficiaryDto | null): unknown {
  const common = { kind: values.kind, name: values.name, ...(replaces === null ? {} : { replaces: replaces.id }) };
  return values.kind === "vpa"
    ? { ...common, vpa: values.vpa.trim() }
    : { ...common, accountNumber: values.accountNumber.replace(/[\s-]/g, ""), ifsc: values.ifsc.trim().toUpperCase() };
}

/** Adds a destination, or replaces one by its next version; either way its cool-off starts now. */
export function BeneficiaryForm({ accountId, replaces, onClose }: Props) {
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({ kind: replaces?.kind ?? "bank_account", name: replaces?.name ?? "", accountNumber: "", ifsc: replaces?.ifsc ?? "", vpa: "" });
  const [errors, setErrors] = useState<Errors>({});
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID());
  const create = useMutation({
    ...createBeneficiaryMutation(accountId),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: beneficiariesQuery(accountId).queryKey });
      onClose();
    },
    onError: (error) => setErrors(error instanceof ApiProblem ? error.detail : {}),
  });
  // Another body under the same key would be refused, so every edit begins a new request.
  const set = (field: keyof Values) => (value: string) => {
    setValues((before) => ({ ...before, [field]: value }));
    setErrors((before) => ({ ...before, [field]: undefined }));
    setKey(crypto.randomUUID());
  };
  const submit = () => {
    const parsed = z.safeParse(createBeneficiaryShape, inputOf(values, replaces));
    if (parsed.success) create.mutate({ input: parsed.data, idempotencyKey });
    else setErrors(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message])));
  };
  return (
    <FormDialog
      title={replaces === null ? "Add beneficiary" : "Change details"}
      description={replaces === null ? "Payouts to it are held until its cool-off ends." : "The old details are retired and the new ones start their own cool-off."}
      act={replaces === null ? "Add beneficiary" : `Replace ${replaces.name} ${replaces.masked}`}
      busy={create.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Select label="Kind" options={kinds} value={values.kind} onValue={set("kind")} />
      <TextField label="Name" value={values.name} onChange={(event) => set("name")(event.target.value)} error={errors.name} autoComplete="off" hint="As the bank has it." />
      {values.kind === "vpa" ? (
        <TextField label="UPI id" mono value={values.vpa} onChange={(event) => set("vpa")(event.target.value)} error={errors.vpa} autoComplete="off" />
      ) : (
        <>
          <TextField
            label="Account number"
            mono
            inputMode="numeric"
            value={values.accountNumber}
            onChange={(event) => set("accountNumber")(event.target.value)}
            error={errors.accountNumber}
            autoComplete="off"
          />
          <TextField label="IFSC" mono value={values.ifsc} onChange={(event) => set("ifsc")(event.target.value.toUpperCase())} error={errors.ifsc} autoComplete="off" />
        </>
      )}
      <Problem error={create.error} fieldsSayIt />
    </FormDialog>
  );
}
