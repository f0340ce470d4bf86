import { endRule } from "@/lib/edge";
import { endRuleInput, ipRulesShape, ruleParams } from "@/lib/edge/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "ip_rules.change",
  stepUp: "ip_rule",
  object: "ip_rule",
  params: ruleParams,
  body: endRuleInput,
  output: ipRulesShape,
  run: (ctx, { params, body }) => endRule(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
