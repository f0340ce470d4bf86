import { payoutLooks } from "@/components/transactions/looks.ts";
import type { FilterDef } from "@/components/ui/filter-bar.tsx";
import type { PayoutFilters } from "@/lib/payouts/client";
import { payoutStatuses, type PayoutStatus } from "@/lib/payouts/contract";

const underway: ReadonlySet<PayoutStatus> = new Set(["submitting", "in_flight"]);

/** What the list is narrowed by besides its queue. An account is chosen where accounts are; here it is named and let go. */
export function payoutFilterDefs(filters: PayoutFilters, accountName: string | undefined, onFilter: (next: PayoutFilters) => void): FilterDef[] {
  const { status, account } = filters;
  const ofStatus: FilterDef = {
    id: "status",
    label: "Status",
    single: true,
    options: payoutStatuses.map((value) => ({ value, label: payoutLooks[value].label, covers: underway.has(value) ? "also those that became unknown meanwhile" : undefined })),
    selected: status === undefined ? [] : [status],
    onChange: ([value]) => onFilter({ ...filters, status: payoutStatuses.find((known) => known === value) }),
  };
  if (account === undefined) return [ofStatus];
  const ofAccount: FilterDef = {
    id: "account",
    label: "Account",
    single: true,
    options: [{ value: account, label: accountName ?? account }],
    selected: [account],
    onChange: ([value]) => onFilter({ ...filters, account: value }),
  };
  return [ofStatus, ofAccount];
}
