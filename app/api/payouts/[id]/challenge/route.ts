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
