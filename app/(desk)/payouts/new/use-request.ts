"use client";
import { useMutation, useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { useKeptForm } from "@/components/shell/kept-form.ts";
import type { ShownReason } from "@/components/ui/button.tsx";
import { ApiProblem } from "@/lib/http/client";
import { parseRupees, toPaiseWire } from "@/lib/money";
import { createPayoutMutation, payoutPreviewQuery, type PayoutSketch } from "@/lib/payouts/client";
import type { PayoutPreview } from "@/lib/payouts/contract";
import { useDecided } from "../use-decided.ts";

export type Values = { accountId: string; beneficiaryId: string; rupees: string; purpose: string };

export type Request = {
  values: Values;
  set: (change: Partial<Values>) => void;
  amountPaise: string | null;
  preview: UseQueryResult<PayoutPreview>;
  /** What each field still lacks; said of every one only once the button was pressed. */
  lacks: Lacks;
  /** What the desk has against the request as it stands. */
  reasons: ShownReason[];
  error: Error | null;
  /** True when nobody knows whether the last press was taken: only the same request may be sent again. */
  unsure: boolean;
  busy: boolean;
  submit: () => void;
};

const purposePattern = /^[A-Za-z0-9](?:[A-Za-z0-9 ]{1,68}[A-Za-z0-9])$/;
const settleMs = 250;

export type Lacks = Partial<Record<keyof Values, string>>;

function lacksOf(values: Values, amountPaise: string | null): Lacks {
  return {
    ...(values.accountId === "" ? { accountId: "Choose the account it is paid from." } : {}),
    ...(values.beneficiaryId === "" ? { beneficiaryId: values.accountId === "" ? "Choose an account first, then the beneficiary." : "Choose the beneficiary." } : {}),
    ...(amountPaise === null ? { rupees: "Enter an amount of at least ₹1." } : {}),
    ...(purposePattern.test(values.purpose.trim()) ? {} : { purpose: strangeIn(values.purpose) ?? "Say what it is for: 3 to 70 letters, digits and spaces." }),
  };
}

/** What the bank does not take is said while it is typed: nothing typed after it makes it good. */
function strangeIn(purpose: string): string | undefined {
  const strange = new Set(purpose.match(/[^A-Za-z0-9 ]/gu));
  return strange.size === 0 ? undefined : `The bank takes letters, digits and spaces only: leave ${[...strange].map((each) => `“${each}”`).join(" ")} out of the purpose.`;
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
  const reload = useDecided();
  const [values, setValues] = useState<Values>({ accountId: accountId ?? "", beneficiaryId: "", rupees: "", purpose: "" });
  const [tried, setTried] = useState(false);
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
      void reload();
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
  const lacks = lacksOf(values, amountPaise);
  const whole = Object.keys(lacks).length === 0;
  const strange = strangeIn(values.purpose);
  const shown = tried ? lacks : strange === undefined ? {} : { purpose: strange };
  const reasons = unsure ? [] : (preview.data?.failing ?? []);
  const submit = () => {
    setTried(true);
    if (!whole || reasons.length > 0 || amountPaise === null || create.isPending || create.isSuccess) return;
    create.mutate({ idempotencyKey, request: { accountId: values.accountId, beneficiaryId: values.beneficiaryId, amountPaise, purpose: values.purpose.trim() } });
  };
  return { values, set, amountPaise, preview, lacks: shown, reasons, error: create.error, unsure, busy: create.isPending || create.isSuccess, submit };
}
