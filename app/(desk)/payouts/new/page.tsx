import * as z from "zod/mini";
import { listAccounts } from "@/lib/accounts";
import { accountIdShape } from "@/lib/accounts/contract";
import { listPayableBeneficiaries } from "@/lib/beneficiaries";
import { requirePage } from "@/lib/http/page";
import { RequestView } from "./request-view.tsx";

export const metadata = { title: "Request a payout" };

export default async function NewPayoutPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const ctx = await requirePage("payouts.create");
  const accounts = (await listAccounts()).items.filter((account) => account.status === "active");
  const asked = z.safeParse(accountIdShape, (await searchParams)["account"]);
  // With one account there is nothing to choose; with several, choosing is the person's act.
  const chosen = accounts.find((account) => asked.success && account.id === asked.data) ?? (accounts.length === 1 ? accounts[0] : undefined);
  const beneficiaries = chosen === undefined ? null : { items: await listPayableBeneficiaries(chosen.id, ctx.actor) };
  return <RequestView accounts={accounts.map(({ id, name }) => ({ id, name }))} chosen={chosen?.id ?? null} beneficiaries={beneficiaries} />;
}
