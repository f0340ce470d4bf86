import type { ReactNode } from "react";
import { requireEntryPage } from "@/lib/http/page";

/** Whoever may not come in at all is told so before they type a password. */
export default async function AuthLayout({ children }: { children: ReactNode }) {
  await requireEntryPage();
  return children;
}
