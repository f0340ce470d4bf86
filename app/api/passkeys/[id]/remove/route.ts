import { removePasskey } from "@/lib/auth";
import { emptyBody, passkeyAddress, passkeyAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Takes a passkey of one's own away. */
export const POST = defineRoute({
  access: "session",
  stepUp: "factor",
  object: "passkey",
  params: passkeyAddress,
  body: emptyBody,
  bodyCapBytes: 1024,
  output: passkeyAnswer,
  run: (ctx, { params }) => removePasskey(ctx, params.id),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
