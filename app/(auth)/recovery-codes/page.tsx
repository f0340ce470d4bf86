import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { getCredentials, getMe } from "@/lib/auth";
import { requireSelf } from "@/lib/http/page";
import { FirstCodes } from "./first-codes.tsx";

export const metadata: Metadata = { title: "Recovery codes" };

export default async function RecoveryCodesPage() {
  const ctx = await requireSelf();
  const [standing, me] = await Promise.all([getCredentials(ctx), getMe(ctx)]);
  if (standing.recoveryCodesLeft > 0) redirect("/profile" as Route);
  return (
    <WholePage title="For the day your phone is gone">
      <FirstCodes email={me.email} />
    </WholePage>
  );
}
