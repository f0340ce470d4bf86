import { endRule } from "@/lib/edge";
import { endRuleInput, ipRulesShape, ruleParams } from "@/lib/edge/contract";
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
