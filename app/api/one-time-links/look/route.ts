import { lookAtLink } from "@/lib/auth";
import { linkAnswer, linkLook } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** A POST although it changes nothing: a token has no place in an address. */
export const POST = defineRoute({
  access: "public",
  object: "auth_link",
  dryRun: true,
  body: linkLook,
  bodyCapBytes: 4 * 1024,
  output: linkAnswer,
  run: (ctx, { body }) => lookAtLink(ctx, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
