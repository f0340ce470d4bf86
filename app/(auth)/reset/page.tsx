import type { Metadata } from "next";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { requireEntryPage } from "@/lib/http/page";
import { Reset } from "./reset.tsx";

export const metadata: Metadata = { title: "New password" };

export default async function ResetPage() {
  await requireEntryPage();
  return (
    <WholePage title="A new password">
      <Reset />
    </WholePage>
  );
}
