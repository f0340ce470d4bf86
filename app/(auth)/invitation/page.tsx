import type { Metadata } from "next";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { requireEntryPage } from "@/lib/http/page";
import { Invitation } from "./invitation.tsx";

export const metadata: Metadata = { title: "Your invitation" };

export default async function InvitationPage() {
  await requireEntryPage();
  return (
    <WholePage title="Join this desk">
      <Invitation />
    </WholePage>
  );
}
