import { listAccounts } from "@/lib/accounts";
import { requirePage } from "@/lib/http/page";
import { listMovements } from "@/lib/payouts";
import { istDay } from "@/lib/time";
import { countTransactions, transactionsMark } from "@/lib/transactions";
import { parseFilter } from "@/lib/transactions/contract";
import { TransactionsView } from "./transactions-view.tsx";

export const metadata = { title: "Transactions" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function TransactionsPage({ searchParams }: Props) {
  const ctx = await requirePage("transactions.view");
  const filter = parseFilter(await searchParams);
  // The mark first: what changes between the reads is then read once more, and never missed.
  const mark = await transactionsMark();
  const [page, counts, accounts] = await Promise.all([listMovements(ctx, filter), countTransactions(ctx, filter), listAccounts()]);
  return <TransactionsView initial={{ filter, page, counts, mark }} accounts={accounts.items.map(({ id, name }) => ({ value: id, label: name }))} today={istDay(ctx.now)} />;
}
