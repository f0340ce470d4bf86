import { endSessionsByAdmin } from "@/lib/auth";
import { endedSessions, endSessionsInput, personAddress } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Ends one or all sessions of a person, with the reason. */
export const POST = defineRoute({
  access: "sessions.end",
  object: "user",
  params: personAddress,
  body: endSessionsInput,
  bodyCapBytes: 4 * 1024,
  output: endedSessions,
  run: (ctx, { params, body }) => endSessionsByAdmin(ctx, { userId: params.id, ...body }),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
