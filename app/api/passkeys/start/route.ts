import { startPasskey } from "@/lib/auth";
import { deviceOptions, emptyBody } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** What a device needs to make a key for this person. */
export const POST = defineRoute({
  access: "session",
  stepUp: "factor",
  object: "passkey",
  body: emptyBody,
  bodyCapBytes: 1024,
  output: deviceOptions,
  run: (ctx) => startPasskey(ctx),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
