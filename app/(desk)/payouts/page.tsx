import * as z from "zod/mini";
import { can } from "@/lib/access";
import { requirePage } from "@/lib/http/page";
import { isAppError } from "@/lib/errors";
import { getPayout, getPayoutQueues, listPayouts } from "@/lib/payouts";
import type { PayoutFilters } from "@/lib/payouts/client";
import { listPayoutsQuery, payoutIdWire, type PayoutPanel } from "@/lib/payouts/contract";
import { transactionsMark } from "@/lib/transactions";
import { PayoutsView } from "./payouts-view.tsx";

export const metadata = { title: "Payouts" };

type Params = Record<string, string | string[] | undefined>;

// Addresses are edited by hand: a part that makes no sense is left out rather than refused.
function filtersOf(given: Params): PayoutFilters {
  const part = (name: "queue" | "status" | "account" | "q") => {
    const parsed = z.safeParse(listPayoutsQuery, given[name] === undefined ? {} : { [name]: given[name] });
    return parsed.success && parsed.data[name] !== undefined ? { [name]: parsed.data[name] } : {};
  };
  return { ...part("queue"), ...part("status"), ...part("account"), ...part("q") };
}

export default async function PayoutsPage({ searchParams }: { searchParams: Promise<Params> }) {
  const ctx = await requirePage("payouts.view");
  const given = await searchParams;
  const filters = filtersOf(given);
  const id = z.safeParse(payoutIdWire, given["id"]);
  const query = z.parse(listPayoutsQuery, filters);
  // The mark first: what changes between the reads is then read once more, and never missed.
  const mark = can(ctx.actor, "transactions.view").allowed ? await transactionsMark() : null;
  const [list, queues, opened] = await Promise.all([listPayouts(ctx, query), getPayoutQueues(ctx), id.success ? openedPayout(() => getPayout(ctx, id.data)) : null]);
  return <PayoutsView filters={filters} initial={list} queues={queues} opened={opened} mark={mark} />;
}

/** An old link to a payout that is not there still shows the list. */
async function openedPayout(load: () => Promise<PayoutPanel>): Promise<PayoutPanel | null> {
  try {
    return await load();
  } catch (error) {
    if (isAppError(error, "payout_not_found")) return null;
    throw error;
  }
}
