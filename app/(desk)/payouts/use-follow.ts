"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { payoutKeys, payoutMarkQuery, payoutQueuesQuery, payoutsQuery, type PayoutFilters } from "@/lib/payouts/client";
import type { TransactionMark } from "@/lib/transactions/contract";

type Followed = { filters: PayoutFilters; openId: string | null; costly: boolean };

/** Reads again what is shown as soon as any movement has changed; a search or a long list costs more, and keeps to its own pace. */
export function useFollow(initial: TransactionMark, { filters, openId, costly }: Followed): void {
  const client = useQueryClient();
  const { mark } = useQuery({ ...payoutMarkQuery, initialData: initial }).data;
  const seen = useRef(initial.mark);
  const shown = useRef({ filters, openId, costly });
  useEffect(() => {
    shown.current = { filters, openId, costly };
  });
  useEffect(() => {
    if (seen.current === mark) return;
    seen.current = mark;
    const now = shown.current;
    const again = [payoutQueuesQuery.queryKey, ...(now.costly ? [] : [payoutsQuery(now.filters).queryKey]), ...(now.openId === null ? [] : [payoutKeys.panel(now.openId)])];
    for (const queryKey of again) void client.invalidateQueries({ queryKey, exact: true });
  }, [client, mark]);
}
