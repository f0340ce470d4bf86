import type { Metadata } from "next";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { Reset } from "./reset.tsx";

export const metadata: Metadata = { title: "New password" };

export default function ResetPage() {
  return (
    <WholePage title="A new password">
      <Reset />
    </WholePage>
  );
}
