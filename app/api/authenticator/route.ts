import { startReplacement } from "@/lib/auth";
import { emptyBody, enrolAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** A key for another phone; the present app holds until it is confirmed. */
export const POST = defineRoute({
  access: "session",
  stepUp: "factor",
  object: "user",
  body: emptyBody,
  bodyCapBytes: 1024,
  output: enrolAnswer,
  run: (ctx) => startReplacement(ctx),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
