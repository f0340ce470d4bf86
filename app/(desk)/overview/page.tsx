import { requirePage } from "@/lib/http/page";
import { getOverview } from "@/lib/overview";
import { OverviewView } from "./overview-view.tsx";

export const metadata = { title: "Overview" };

export default async function OverviewPage() {
  const ctx = await requirePage("overview.view");
  return <OverviewView initial={await getOverview(ctx)} />;
}
