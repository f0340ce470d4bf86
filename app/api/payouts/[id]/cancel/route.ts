import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { cancelPayout } from "@/lib/payouts";
import { payoutOutcome, payoutParams, payoutReasonInput } from "@/lib/payouts/contract";

export const POST = defineRoute({
  access: "payouts.cancel",
  object: "payout",
  params: payoutParams,
  body: payoutReasonInput,
  output: payoutOutcome,
  run: (ctx, { params, body }) => cancelPayout(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
