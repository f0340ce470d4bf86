import { removePasskey } from "@/lib/auth";
import { emptyBody, passkeyAddress, passkeyAnswer } from "@/lib/auth/contract";
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
