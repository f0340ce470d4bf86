import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getPayoutQueues } from "@/lib/payouts";
import { payoutQueueFigures } from "@/lib/payouts/contract";

export const GET = defineRoute({ access: "payouts.view", object: "payout", output: payoutQueueFigures, run: (ctx) => getPayoutQueues(ctx) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
