import { defineRoute } from "@/lib/http/route";
import { getPayout } from "@/lib/payouts";
import { payoutPanel, payoutParams } from "@/lib/payouts/contract";

export const GET = defineRoute({ access: "payouts.view", object: "payout", params: payoutParams, output: payoutPanel, run: (ctx, { params }) => getPayout(ctx, params.id) });
