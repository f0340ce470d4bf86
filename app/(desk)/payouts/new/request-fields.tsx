"use client";
import type { Route } from "next";
import Link from "next/link";
import { useId, useRef, type FormEvent } from "react";
import { flushSync } from "react-dom";
import { Button } from "@/components/ui/button.tsx";
import { MoneyField } from "@/components/ui/money-field.tsx";
import { useNow } from "@/components/ui/now.tsx";
import { Select } from "@/components/ui/select.tsx";
import { useReader } from "@/components/ui/sentence.ts";
import { TextField } from "@/components/ui/text-field.tsx";
import { timeText } from "@/components/ui/time-format.ts";
import type { BeneficiaryDto } from "@/lib/beneficiaries/contract";
import { formatPaiseShort, paise } from "@/lib/money";
import { Problem } from "@/components/shell/problem.tsx";
import { HeadroomInShort } from "./headroom.tsx";
import type { AccountChoice } from "./request-view.tsx";
import type { Request } from "./use-request.ts";

type Props = {
  request: Request;
  accounts: readonly AccountChoice[];
  beneficiaries: readonly BeneficiaryDto[];
  beneficiary: BeneficiaryDto | null;
  loading: boolean;
  failed: Error | null;
};

function noteOf(item: BeneficiaryDto): string {
  if (item.coolingOff) return " · new, cooling off";
  return item.firstPayout ? " · first payout" : "";
}

/** The words of the button are the sentence of what it does. */
function sentenceOf(amountPaise: string | null, beneficiary: BeneficiaryDto | null): string {
  if (amountPaise === null || beneficiary === null) return "Request a payout";
  return `Request ${formatPaiseShort(paise(BigInt(amountPaise)))} to ${beneficiary.name} ${beneficiary.masked}`;
}

/** From where, to whom, how much, what for. */
export function RequestFields({ request, accounts, beneficiaries, beneficiary, loading, failed }: Props) {
  const read = useReader();
  const unsureId = useId();
  const form = useRef<HTMLFormElement>(null);
  const { values, set, error, unsure, lacks } = request;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // What a field lacks is written beside it first; then the person stands in the first of them.
    flushSync(request.submit);
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-5">
      <fieldset disabled={unsure || request.busy} aria-describedby={unsure ? unsureId : undefined} className="grid gap-5">
        <Select
          label="Account"
          options={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          value={values.accountId}
          onValue={(accountId) => set({ accountId })}
          placeholder="Choose an account"
          error={lacks.accountId}
        />
        <Select
          label="Beneficiary"
          options={beneficiaries.map((item) => ({ value: item.id, label: `${item.name} · ${item.ifsc ?? "UPI"} ${item.masked}${noteOf(item)}` }))}
          value={values.beneficiaryId}
          onValue={(beneficiaryId) => set({ beneficiaryId })}
          placeholder={values.accountId === "" ? "Choose an account first" : loading ? "Loading …" : "Choose a beneficiary"}
          error={failed?.message ?? lacks.beneficiaryId}
          hint={<BeneficiaryHint accountId={values.accountId} beneficiary={beneficiary} />}
        />
        <MoneyField label="Amount" value={values.rupees} onValue={(rupees) => set({ rupees })} error={lacks.rupees} className="max-w-64" />
        <TextField
          label="Purpose"
          value={values.purpose}
          maxLength={70}
          autoComplete="off"
          error={lacks.purpose}
          hint="Goes to the bank as the remark: letters, digits and spaces."
          onChange={(event) => set({ purpose: event.target.value })}
        />
      </fieldset>
      <Problem error={error} />
      {unsure ? (
        <p id={unsureId} className="prose-width text-13 text-ink-2">
          Nobody knows yet whether this request was taken. Press again: it is the same request, and it is never made twice.
        </p>
      ) : null}
      <div className="border-t border-line pt-4">
        <HeadroomInShort preview={request.preview.data} />
        <Button type="submit" variant="primary" size="large" busy={request.busy} reasons={read.reasons(request.reasons)}>
          {sentenceOf(request.amountPaise, beneficiary)}
        </Button>
      </div>
    </form>
  );
}

function BeneficiaryHint({ accountId, beneficiary }: { accountId: string; beneficiary: BeneficiaryDto | null }) {
  const now = useNow();
  if (beneficiary === null) {
    return accountId === "" ? (
      "The account's own destinations, masked."
    ) : (
      <>
        Somebody else?{" "}
        <Link className="link" href={`/accounts/${accountId}` as Route}>
          Add a beneficiary
        </Link>{" "}
        first.
      </>
    );
  }
  if (beneficiary.coolingOff) return `New: payouts to it are held until ${timeText(beneficiary.coolOffUntil, now)}. No payout to it has succeeded yet.`;
  return beneficiary.firstPayout ? "Past its cool-off; no payout to it has succeeded yet." : "Past its cool-off, and paid before.";
}
