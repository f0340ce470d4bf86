import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { decideUnknown } from "@/lib/payouts";
import { decideUnknownInput, payoutOutcome, payoutParams } from "@/lib/payouts/contract";

export const POST = defineRoute({
  access: "payouts.approve",
  object: "payout",
  params: payoutParams,
  body: decideUnknownInput,
  output: payoutOutcome,
  run: (ctx, { params, body }) => decideUnknown(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
