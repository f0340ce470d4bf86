"use client";
import { useQuery } from "@tanstack/react-query";
import type { Route } from "next";
import { Page } from "@/components/shell/page.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { payableBeneficiariesQuery } from "@/lib/beneficiaries/client";
import type { Beneficiaries } from "@/lib/beneficiaries/contract";
import { Headroom } from "./headroom.tsx";
import { RequestFields } from "./request-fields.tsx";
import { useRequest } from "./use-request.ts";

export type AccountChoice = { id: string; name: string };

type Props = { accounts: readonly AccountChoice[]; chosen: string | null; beneficiaries: Beneficiaries | null };

/** Asks for a payout, with what it would leave beside it while it is filled in. */
export function RequestView({ accounts, chosen, beneficiaries }: Props) {
  const request = useRequest(chosen);
  const { values } = request;
  const initial = beneficiaries !== null && values.accountId === chosen ? { initialData: beneficiaries } : {};
  const listed = useQuery({ ...payableBeneficiariesQuery(values.accountId), ...initial, enabled: values.accountId !== "" });
  const items = listed.data?.items ?? [];
  const beneficiary = items.find((item) => item.id === values.beneficiaryId) ?? null;
  return (
    <Page
      width="form"
      title="Request a payout"
      lead="It is set aside at once, and leaves only when someone else has signed it."
      actions={<ButtonLink href={"/payouts" as Route}>All payouts</ButtonLink>}
    >
      <div className="grid max-w-240 items-start gap-x-12 gap-y-8 border-t border-line pt-5 md:grid-cols-[minmax(0,1fr)_22rem]">
        <RequestFields request={request} accounts={accounts} beneficiaries={items} beneficiary={beneficiary} loading={listed.isLoading} failed={listed.error} />
        <Headroom preview={request.preview.data} asked={values.accountId !== ""} amountPaise={request.amountPaise} error={request.preview.error} />
      </div>
    </Page>
  );
}
