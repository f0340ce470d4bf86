"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useMark } from "@/components/transactions/use-mark.ts";
import { payoutKeys, payoutQueuesQuery, payoutsQuery, type PayoutFilters } from "@/lib/payouts/client";
import type { TransactionMark } from "@/lib/transactions/contract";

type Followed = { filters: PayoutFilters; openId: string | null; costly: boolean };

/** Reads again what is shown as soon as any movement has changed; a search or a long list costs more, and keeps to its own pace. */
export function useFollow(initial: TransactionMark | null, { filters, openId, costly }: Followed): void {
  const client = useQueryClient();
  useMark(initial, () => {
    const again = [payoutQueuesQuery.queryKey, ...(costly ? [] : [payoutsQuery(filters).queryKey]), ...(openId === null ? [] : [payoutKeys.panel(openId)])];
    for (const queryKey of again) void client.invalidateQueries({ queryKey, exact: true });
  });
}
