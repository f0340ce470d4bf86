import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { startApproval } from "@/lib/payouts";
import { approvalChallenge, payoutParams, startApprovalInput } from "@/lib/payouts/contract";

export const POST = defineRoute({
  access: "payouts.approve",
  object: "payout",
  params: payoutParams,
  body: startApprovalInput,
  output: approvalChallenge,
  run: (ctx, { params, body }) => startApproval(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
