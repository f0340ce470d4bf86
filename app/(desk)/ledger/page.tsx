import { requirePage } from "@/lib/http/page";
import { getTrialBalance } from "@/lib/ledger";
import { TrialBalanceView } from "./trial-balance-view.tsx";

export const metadata = { title: "Ledger" };

export default async function LedgerPage() {
  await requirePage("ledger.view");
  return <TrialBalanceView initial={await getTrialBalance()} />;
}
