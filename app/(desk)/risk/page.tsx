import { requirePage } from "@/lib/http/page";
import { payoutsById } from "@/lib/payouts";
import { listVerdicts } from "@/lib/risk";
import { getSettings } from "@/lib/settings";
import { RiskView } from "./risk-view.tsx";

export const metadata = { title: "Risk" };

export default async function RiskPage() {
  const ctx = await requirePage("risk.view");
  const [verdicts, [velocityMax, unusualTenths, coolOffHours]] = await Promise.all([
    listVerdicts({ outcome: "hold" }, (ids) => payoutsById(ctx, ids)),
    getSettings(null, ["velocityPayoutsMax", "unusualTenths", "coolOffHours"]),
  ]);
  return (
    <RiskView
      initial={verdicts}
      limits={{ velocity: `${velocityMax} payouts in 24 hours`, first_payout: `${coolOffHours} hours of cool-off`, unusual_amount: `${unusualTenths / 10} times the usual` }}
    />
  );
}
