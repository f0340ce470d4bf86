import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createPayout, listPayouts } from "@/lib/payouts";
import { createPayoutInput, listPayoutsQuery, payoutOutcome, payoutPage } from "@/lib/payouts/contract";

export const GET = defineRoute({ access: "payouts.view", object: "payout", query: listPayoutsQuery, output: payoutPage, run: (ctx, { query }) => listPayouts(ctx, query) });

export const POST = defineRoute({
  access: "payouts.create",
  object: "payout",
  body: createPayoutInput,
  output: payoutOutcome,
  idempotent: true,
  run: (ctx, { body }) => createPayout(ctx, body),
});

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
