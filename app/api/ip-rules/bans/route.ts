import { placeBan } from "@/lib/edge";
import { ipRulesShape, placeBanInput } from "@/lib/edge/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "bans.place",
  stepUp: "ip_rule",
  object: "ip_ban",
  body: placeBanInput,
  output: ipRulesShape,
  run: (ctx, { body }) => placeBan(ctx, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
