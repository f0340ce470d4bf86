import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { approvePayout } from "@/lib/payouts";
import { approvePayoutInput, payoutOutcome, payoutParams } from "@/lib/payouts/contract";

export const POST = defineRoute({
  access: "payouts.approve",
  object: "payout",
  params: payoutParams,
  body: approvePayoutInput,
  output: payoutOutcome,
  run: (ctx, { params, body }) => approvePayout(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
