import { acceptInvitation } from "@/lib/auth";
import { invitationAccept, ticketAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Public because who comes here has no password yet; the link lets them in. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: invitationAccept,
  bodyCapBytes: 4 * 1024,
  output: ticketAnswer,
  run: (ctx, { body }) => acceptInvitation(ctx, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
