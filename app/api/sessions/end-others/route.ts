import { endOtherSessions } from "@/lib/auth";
import { emptyBody, endedSessions } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Ends every session of one's own but this one. */
export const POST = defineRoute({
  access: "session",
  object: "session",
  body: emptyBody,
  bodyCapBytes: 1024,
  output: endedSessions,
  run: (ctx) => endOtherSessions(ctx),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
