import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { previewPayout } from "@/lib/payouts";
import { payoutPreview, previewPayoutInput } from "@/lib/payouts/contract";

export const POST = defineRoute({
  access: "payouts.create",
  object: "payout",
  dryRun: true,
  body: previewPayoutInput,
  output: payoutPreview,
  run: (ctx, { body }) => previewPayout(ctx, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
