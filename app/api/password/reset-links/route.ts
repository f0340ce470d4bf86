import { issueResetLink } from "@/lib/auth";
import { issuedLinkAnswer, resetLinkInput } from "@/lib/auth/contract";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "people.invite",
  stepUp: "factor",
  object: "user",
  body: resetLinkInput,
  bodyCapBytes: 4 * 1024,
  output: issuedLinkAnswer,
  run: (ctx, { body }) => issueResetLink(ctx, body),
});
