import { listAccounts } from "@/lib/accounts";
import { requirePage } from "@/lib/http/page";
import { listLinks } from "@/lib/payments";
import { linkFilterOf } from "./link-filter.ts";
import { LinksView } from "./links-view.tsx";

export const metadata = { title: "Links" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function LinksPage({ searchParams }: Props) {
  const ctx = await requirePage("links.view");
  const filter = linkFilterOf(await searchParams);
  const [page, accounts] = await Promise.all([listLinks(ctx, filter), listAccounts()]);
  const open = accounts.items.filter((account) => account.status === "active");
  return <LinksView initial={{ filter, page }} accounts={open.map(({ id, name }) => ({ value: id, label: name }))} />;
}
