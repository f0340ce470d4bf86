import { listAccounts } from "@/lib/accounts";
import { requirePage } from "@/lib/http/page";
import { AccountsView } from "./accounts-view.tsx";

export const metadata = { title: "Accounts" };

export default async function AccountsPage() {
  await requirePage("accounts.view");
  return <AccountsView initial={await listAccounts()} />;
}
