"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import * as z from "zod/mini";
import { Problem } from "@/components/shell/problem.tsx";
import { useKeptForm } from "@/components/shell/kept-form.ts";
import { FormDialog } from "@/components/ui/form-dialog.tsx";
import { MoneyField } from "@/components/ui/money-field.tsx";
import { Select, type SelectOption } from "@/components/ui/select.tsx";
import { TextField } from "@/components/ui/text-field.tsx";
import { ApiProblem } from "@/lib/http/client";
import { formatPaiseShort, parseRupees, toPaiseWire } from "@/lib/money";
import { createLinkMutation, linkKeys, type LinkRequest } from "@/lib/payments/client";
import { createLinkInput, type LinkRow } from "@/lib/payments/contract";

type Props = { accounts: readonly SelectOption[]; onClose: () => void; onCreated: (link: LinkRow) => void };
type Values = { accountId: string; amount: string; purpose: string; phone: string; email: string; customerName: string; validDays: string };
type Errors = Partial<Record<keyof LinkRequest, string>>;

const validities = [
  { value: "1", label: "1 day" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
] as const;

function requestOf(values: Values): LinkRequest {
  const amount = parseRupees(values.amount);
  return {
    accountId: values.accountId,
    amountPaise: amount === null ? "" : toPaiseWire(amount),
    purpose: values.purpose,
    phone: values.phone,
    validDays: Number(values.validDays),
    ...(values.email.trim() === "" ? {} : { email: values.email }),
    ...(values.customerName.trim() === "" ? {} : { customerName: values.customerName }),
  };
}

/** The form of a payment link. One idempotency key per content: pressing twice makes one link. */
export default function CreateLink({ accounts, onClose, onCreated }: Props) {
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({
    accountId: accounts.length === 1 ? (accounts[0]?.value ?? "") : "",
    amount: "",
    purpose: "",
    phone: "",
    email: "",
    customerName: "",
    validDays: "7",
  });
  const [errors, setErrors] = useState<Errors>({});
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID());
  const create = useMutation({
    ...createLinkMutation,
    onSuccess: async (link) => {
      await client.invalidateQueries({ queryKey: linkKeys.all });
      onCreated(link);
      onClose();
    },
    onError: (error) => setErrors(error instanceof ApiProblem ? error.detail : {}),
  });
  const set = (field: keyof Values) => (value: string) => {
    setValues((before) => ({ ...before, [field]: value }));
    setErrors({});
    setKey(crypto.randomUUID());
  };
  const submit = () => {
    const request = requestOf(values);
    const parsed = z.safeParse(createLinkInput, request);
    if (parsed.success) create.mutate({ request, idempotencyKey });
    else setErrors(Object.fromEntries(parsed.error.issues.map((issue) => [String(issue.path[0]), plain(String(issue.path[0]), issue.message)])));
  };
  // Of the customer only what the form asks again; their address and number are not written down.
  const { accountId, amount: rupees, purpose, validDays } = values;
  useKeptForm("link", { accountId, amount: rupees, purpose, validDays }, (kept) => setValues((before) => ({ ...before, ...kept })));
  const amount = parseRupees(values.amount);
  return (
    <FormDialog
      title="Create a payment link"
      description="The customer pays on Cashfree's page. The money is credited to the account chosen here."
      act={amount === null ? "Create the link" : `Create a link for ${formatPaiseShort(amount)}`}
      busy={create.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <LinkFields accounts={accounts} values={values} errors={errors} set={set} />
      <Problem error={create.error} fieldsSayIt />
    </FormDialog>
  );
}

type FieldsProps = { accounts: readonly SelectOption[]; values: Values; errors: Errors; set: (field: keyof Values) => (value: string) => void };

function LinkFields({ accounts, values, errors, set }: FieldsProps) {
  return (
    <>
      <Select label="Account" options={accounts} value={values.accountId} onValue={set("accountId")} placeholder="Choose an account" error={errors.accountId} />
      <MoneyField label="Amount" value={values.amount} onValue={set("amount")} error={errors.amountPaise} required />
      <TextField
        label="Purpose"
        value={values.purpose}
        onChange={(event) => set("purpose")(event.target.value)}
        error={errors.purpose}
        hint="The customer reads this. No personal data."
        maxLength={100}
        autoComplete="off"
      />
      <TextField label="Customer's phone" type="tel" value={values.phone} onChange={(event) => set("phone")(event.target.value)} error={errors.phone} autoComplete="off" />
      <TextField
        label="Customer's e-mail"
        type="email"
        value={values.email}
        onChange={(event) => set("email")(event.target.value)}
        error={errors.email}
        hint="Optional."
        autoComplete="off"
      />
      <TextField
        label="Customer's name"
        value={values.customerName}
        onChange={(event) => set("customerName")(event.target.value)}
        error={errors.customerName}
        hint="Optional."
        autoComplete="off"
      />
      <Select label="Valid for" options={validities} value={values.validDays as "1" | "7" | "30"} onValue={set("validDays")} />
    </>
  );
}

const sentences: Record<string, string> = {
  accountId: "Choose the account the money is for.",
  amountPaise: "Enter at least ₹1.",
  purpose: "Say in a few words what it is for.",
  phone: "Enter an Indian mobile number with ten digits.",
  email: "This is not an e-mail address.",
};

function plain(field: string, message: string): string {
  return sentences[field] ?? message;
}
