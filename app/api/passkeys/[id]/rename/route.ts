import { renamePasskey } from "@/lib/auth";
import { passkeyAddress, passkeyAnswer, renamePasskeyInput } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Another name for a passkey of one's own. */
export const POST = defineRoute({
  access: "session",
  stepUp: "factor",
  object: "passkey",
  params: passkeyAddress,
  body: renamePasskeyInput,
  bodyCapBytes: 1024,
  output: passkeyAnswer,
  run: (ctx, { params, body }) => renamePasskey(ctx, { id: params.id, ...body }),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
