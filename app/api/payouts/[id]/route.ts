import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getPayout } from "@/lib/payouts";
import { payoutPanel, payoutParams } from "@/lib/payouts/contract";

export const GET = defineRoute({ access: "payouts.view", object: "payout", params: payoutParams, output: payoutPanel, run: (ctx, { params }) => getPayout(ctx, params.id) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
