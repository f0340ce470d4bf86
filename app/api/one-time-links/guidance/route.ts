import { guideLinkPassword } from "@/lib/auth";
import { guidanceAnswer, linkGuidanceInput } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
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

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
