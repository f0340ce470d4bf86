import { guideLinkPassword } from "@/lib/auth";
import { guidanceAnswer, linkGuidanceInput } from "@/lib/auth/contract";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "public",
  object: "auth_link",
  dryRun: true,
  body: linkGuidanceInput,
  bodyCapBytes: 4 * 1024,
  output: guidanceAnswer,
  run: (ctx, { body }) => guideLinkPassword(ctx, body),
});
