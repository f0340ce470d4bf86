import { notFound } from "next/navigation";
import * as z from "zod/mini";
import { can } from "@/lib/access";
import { getAccount } from "@/lib/accounts";
import { accountIdShape } from "@/lib/accounts/contract";
import { listBeneficiaries } from "@/lib/beneficiaries";
import { isAppError } from "@/lib/errors";
import { requirePage } from "@/lib/http/page";
import { AccountView } from "./account-view.tsx";

export const metadata = { title: "Account" };

export default async function AccountPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requirePage("accounts.view");
  const id = z.safeParse(accountIdShape, (await params).id);
  if (!id.success) notFound();
  const account = await getAccount(id.data).catch((error: unknown) => {
    if (isAppError(error, "no_account")) notFound();
    throw error;
  });
  const beneficiaries = can(ctx.actor, "beneficiaries.view").allowed ? { items: await listBeneficiaries(ctx.actor, id.data) } : null;
  return <AccountView initial={account} beneficiaries={beneficiaries} />;
}
