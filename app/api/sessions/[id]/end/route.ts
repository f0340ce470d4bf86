import { endOwnSession } from "@/lib/auth";
import { emptyBody, endedSessions, sessionAddress } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Ends one session of one's own. */
export const POST = defineRoute({
  access: "session",
  object: "session",
  params: sessionAddress,
  body: emptyBody,
  bodyCapBytes: 1024,
  output: endedSessions,
  run: (ctx, { params }) => endOwnSession(ctx, params.id),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
