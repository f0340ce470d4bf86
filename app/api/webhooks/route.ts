import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listWebhooks } from "@/lib/webhooks";
import { webhookListQuery, webhookPage } from "@/lib/webhooks/contract";

export const GET = defineRoute({
  access: "webhooks.view",
  object: "webhook",
  query: webhookListQuery,
  output: webhookPage,
  run: (ctx, { query }) => listWebhooks(ctx, query),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
