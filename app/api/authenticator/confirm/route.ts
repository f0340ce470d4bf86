import { confirmReplacement } from "@/lib/auth";
import { codeStep, doneAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
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

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
