import { acceptReset } from "@/lib/auth";
import { doneAnswer, resetAccept } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Public because who comes here forgot their password; the link and the second factor let them in. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: resetAccept,
  bodyCapBytes: 4 * 1024,
  output: doneAnswer,
  run: (ctx, { body }) => acceptReset(ctx, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
