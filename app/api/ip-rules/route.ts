import { addRule, getIpRules } from "@/lib/edge";
import { addRuleInput, ipRulesShape } from "@/lib/edge/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({ access: "ip_rules.view", object: "ip_rule", output: ipRulesShape, run: (ctx) => getIpRules(ctx) });

export const POST = defineRoute({
  access: "ip_rules.change",
  stepUp: "ip_rule",
  object: "ip_rule",
  body: addRuleInput,
  output: ipRulesShape,
  run: (ctx, { body }) => addRule(ctx, body),
});

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
