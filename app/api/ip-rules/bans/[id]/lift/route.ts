import { liftBan } from "@/lib/edge";
import { banParams, endRuleInput, ipRulesShape } from "@/lib/edge/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "bans.lift",
  stepUp: "ip_rule",
  object: "ip_ban",
  params: banParams,
  body: endRuleInput,
  output: ipRulesShape,
  run: (ctx, { params, body }) => liftBan(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
