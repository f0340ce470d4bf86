"use client";
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { useKeptForm } from "@/components/shell/kept-form.ts";
import type { ShownReason } from "@/components/ui/button.tsx";
import { ApiProblem } from "@/lib/http/client";
import { parseRupees, toPaiseWire } from "@/lib/money";
import { createPayoutMutation, payoutKeys, payoutPreviewQuery, type PayoutSketch } from "@/lib/payouts/client";
import type { PayoutPreview } from "@/lib/payouts/contract";

export type Values = { accountId: string; beneficiaryId: string; rupees: string; purpose: string };

export type Request = {
  values: Values;
  set: (change: Partial<Values>) => void;
  amountPaise: string | null;
  preview: UseQueryResult<PayoutPreview>;
  /** Everything that stands between the form and its button. */
  reasons: ShownReason[];
  error: Error | null;
  /** True when nobody knows whether the last press was taken: only the same request may be sent again. */
  unsure: boolean;
  busy: boolean;
  submit: () => void;
};

const purposePattern = /^[A-Za-z0-9](?:[A-Za-z0-9 ]{1,68}[A-Za-z0-9])$/;
const settleMs = 250;

function missing(values: Values, amountPaise: string | null): ShownReason[] {
  const reasons: ShownReason[] = [];
  if (values.accountId === "") reasons.push({ code: "no_account", sentence: "Choose the account it is paid from." });
  if (values.beneficiaryId === "") reasons.push({ code: "no_beneficiary", sentence: "Choose the beneficiary." });
  if (amountPaise === null) reasons.push({ code: "no_amount", sentence: "Enter an amount of at least ₹1." });
  if (!purposePattern.test(values.purpose.trim())) reasons.push({ code: "no_purpose", sentence: purposeSentence(values.purpose) });
  return reasons;
}

function purposeSentence(purpose: string): string {
  const strange = new Set(purpose.match(/[^A-Za-z0-9 ]/gu));
  if (strange.size === 0) return "Say what it is for: 3 to 70 letters, digits and spaces.";
  return `The bank takes letters, digits and spaces only: leave ${[...strange].map((each) => `“${each}”`).join(" ")} out of the purpose.`;
}

function askedPaise(rupees: string): string | null {
  const amount = parseRupees(rupees);
  return amount !== null && amount >= 100n ? toPaiseWire(amount) : null;
}

/** The value once it has rested for a moment, so that typing does not ask the server at every key. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), settleMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** The form's state: what is typed, what the server says about it, and the one request it makes. */
export function useRequest(accountId: string | null): Request {
  const router = useRouter();
  const client = useQueryClient();
  const [values, setValues] = useState<Values>({ accountId: accountId ?? "", beneficiaryId: "", rupees: "", purpose: "" });
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID());
  const amountPaise = askedPaise(values.rupees);
  const sketch = useSettled<PayoutSketch>({
    accountId: values.accountId,
    ...(values.beneficiaryId === "" ? {} : { beneficiaryId: values.beneficiaryId }),
    ...(amountPaise === null ? {} : { amountPaise }),
  });
  const preview = useQuery({ ...payoutPreviewQuery(sketch), enabled: sketch.accountId !== "", refetchInterval: 15_000 });
  const create = useMutation({
    ...createPayoutMutation,
    onSuccess: (outcome) => {
      void client.invalidateQueries({ queryKey: payoutKeys.all });
      router.push(`/payouts/${outcome.id}` as Route);
    },
  });
  const unsure = create.error instanceof ApiProblem && (create.error.status === 0 || create.error.status >= 500);
  const set = (change: Partial<Values>) => {
    setValues((before) => ({ ...before, ...change, ...(change.accountId === undefined ? {} : { beneficiaryId: "" }) }));
    // A refused request is over: what is asked next is another one and needs its own key.
    if (create.error !== null && !unsure) {
      create.reset();
      setKey(crypto.randomUUID());
    }
  };
  useKeptForm("request", values, (kept) => setValues((before) => ({ ...before, ...kept })));
  const reasons = [...missing(values, amountPaise), ...(preview.data?.failing ?? [])];
  const submit = () => {
    if (amountPaise === null || create.isPending || create.isSuccess) return;
    create.mutate({ idempotencyKey, request: { accountId: values.accountId, beneficiaryId: values.beneficiaryId, amountPaise, purpose: values.purpose.trim() } });
  };
  return { values, set, amountPaise, preview, reasons: unsure ? [] : reasons, error: create.error, unsure, busy: create.isPending || create.isSuccess, submit };
}
