import { previewChange } from "@/lib/edge";
import { previewInput, previewShape } from "@/lib/edge/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "ip_rules.change",
  object: "ip_rule",
  body: previewInput,
  output: previewShape,
  dryRun: true,
  run: (ctx, { body }) => previewChange(ctx, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
