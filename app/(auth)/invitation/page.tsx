import type { Metadata } from "next";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { Invitation } from "./invitation.tsx";

export const metadata: Metadata = { title: "Your invitation" };

export default function InvitationPage() {
  return (
    <WholePage title="Join this desk">
      <Invitation />
    </WholePage>
  );
}
