import { notFound } from "next/navigation";
import * as z from "zod/mini";
import { isAppError } from "@/lib/errors";
import { requirePage } from "@/lib/http/page";
import { getPayout } from "@/lib/payouts";
import { payoutIdWire } from "@/lib/payouts/contract";
import { PayoutPage } from "./payout-page.tsx";

export const metadata = { title: "Payout" };

export default async function PayoutByIdPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requirePage("payouts.view");
  const id = z.safeParse(payoutIdWire, (await params).id);
  if (!id.success) notFound();
  const panel = await getPayout(ctx, id.data).catch((error: unknown) => {
    if (isAppError(error, "payout_not_found")) notFound();
    throw error;
  });
  return <PayoutPage initial={panel} />;
}
