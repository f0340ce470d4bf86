import { guideOwnPassword } from "@/lib/auth";
import { guidanceAnswer, guidanceInput } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "session",
  object: "user",
  dryRun: true,
  body: guidanceInput,
  bodyCapBytes: 4 * 1024,
  output: guidanceAnswer,
  run: (ctx, { body }) => guideOwnPassword(ctx, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
