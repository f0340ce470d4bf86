import { makeRecoveryCodes } from "@/lib/auth";
import { emptyBody, recoveryCodesAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Asks for a step-up itself, because the first codes of a person who has just enrolled need none. */
export const POST = defineRoute({
  access: "session",
  object: "user",
  body: emptyBody,
  bodyCapBytes: 1024,
  output: recoveryCodesAnswer,
  run: (ctx) => makeRecoveryCodes(ctx),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
