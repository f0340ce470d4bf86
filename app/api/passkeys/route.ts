import { addPasskey, listPasskeys } from "@/lib/auth";
import { addPasskeyInput, passkeyAnswer, passkeyList } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** One's own passkeys. */
export const GET = defineRoute({
  access: "session",
  object: "passkey",
  output: passkeyList,
  run: (ctx) => listPasskeys(ctx),
});

/** Keeps the key a device has made. */
export const POST = defineRoute({
  access: "session",
  stepUp: "factor",
  object: "passkey",
  body: addPasskeyInput,
  output: passkeyAnswer,
  run: (ctx, { body }) => addPasskey(ctx, body),
});

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
