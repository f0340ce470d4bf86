"use client";
import { useQueryClient } from "@tanstack/react-query";
import { overviewQuery } from "@/lib/overview/client";
import { payoutKeys } from "@/lib/payouts/client";

/** Reads again what a decision about a payout has changed: the payouts, and what waits for whom. */
export function useDecided(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all([payoutKeys.all, overviewQuery.queryKey].map((queryKey) => client.invalidateQueries({ queryKey })));
}
