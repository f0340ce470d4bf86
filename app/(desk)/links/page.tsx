import { listAccounts } from "@/lib/accounts";
import { requirePage } from "@/lib/http/page";
import { listLinks } from "@/lib/payments";
import { LinksView } from "./links-view.tsx";

export const metadata = { title: "Links" };

export default async function LinksPage() {
  const ctx = await requirePage("links.view");
  const [page, accounts] = await Promise.all([listLinks(ctx, {}), listAccounts()]);
  const open = accounts.items.filter((account) => account.status === "active");
  return <LinksView initial={page} accounts={open.map(({ id, name }) => ({ value: id, label: name }))} />;
}
