import * as z from "zod/mini";
import { requirePage } from "@/lib/http/page";
import { listEntries } from "@/lib/ledger";
import { entriesQueryShape } from "@/lib/ledger/contract";
import { EntriesView } from "./entries-view.tsx";

export const metadata = { title: "Ledger entries" };

type Params = Record<string, string | string[] | undefined>;

export default async function EntriesPage({ searchParams }: { searchParams: Promise<Params> }) {
  await requirePage("ledger.view");
  const given = await searchParams;
  // A filter that makes no sense is left out rather than refused: people edit addresses.
  const parsed = z.safeParse(entriesQueryShape, { account: given["account"], kind: given["kind"], source: given["source"] });
  const filter = parsed.success ? parsed.data : {};
  return <EntriesView filter={filter} initial={await listEntries(filter)} />;
}
