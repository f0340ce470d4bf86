"use client";
import { useQuery } from "@tanstack/react-query";
import type { Route } from "next";
import { Page } from "@/components/shell/page.tsx";
import { ButtonLink } from "@/components/ui/button.tsx";
import { payoutQuery } from "@/lib/payouts/client";
import type { PayoutPanel } from "@/lib/payouts/contract";
import { actObject } from "../payout-looks.ts";
import { payoutPace } from "../payout-pace.ts";
import { PayoutSheet } from "../payout-sheet.tsx";

/** One payout as a page of its own: the same sheet, on paper too. */
export function PayoutPage({ initial }: { initial: PayoutPanel }) {
  const { data } = useQuery({ ...payoutQuery(initial.payout.id), initialData: initial, refetchInterval: (query) => payoutPace(query.state.data) });
  return (
    <Page width="sheet" title={actObject(data.payout)} actions={<ButtonLink href={"/payouts" as Route}>All payouts</ButtonLink>}>
      <div className="max-w-176">
        <PayoutSheet panel={data} headingLevel={2} />
      </div>
    </Page>
  );
}
