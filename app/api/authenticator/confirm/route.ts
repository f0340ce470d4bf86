import { confirmReplacement } from "@/lib/auth";
import { codeStep, doneAnswer } from "@/lib/auth/contract";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "session",
  stepUp: "factor",
  object: "user",
  body: codeStep,
  bodyCapBytes: 4 * 1024,
  output: doneAnswer,
  run: (ctx, { body }) => confirmReplacement(ctx, body),
});
