import { previewChange } from "@/lib/edge";
import { previewInput, previewShape } from "@/lib/edge/contract";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "ip_rules.change",
  object: "ip_rule",
  body: previewInput,
  output: previewShape,
  dryRun: true,
  run: (ctx, { body }) => previewChange(ctx, body),
});
