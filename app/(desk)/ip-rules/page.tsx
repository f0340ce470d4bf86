import { getIpRules } from "@/lib/edge";
import { requirePage } from "@/lib/http/page";
import { IpRulesView } from "./ip-rules-view.tsx";

export const metadata = { title: "IP rules" };

export default async function IpRulesPage() {
  const ctx = await requirePage("ip_rules.view");
  return <IpRulesView initial={await getIpRules(ctx)} />;
}
