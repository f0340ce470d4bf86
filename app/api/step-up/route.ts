import { stepUp, writeSessionCookie } from "@/lib/auth";
import { stepUpAnswer, stepUpInput } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** A fresh factor for one kind of act; the answer carries the session's new cookie. */
export const POST = defineRoute({
  access: "session",
  object: "session",
  body: stepUpInput,
  bodyCapBytes: 16 * 1024,
  output: stepUpAnswer,
  run: async (ctx, { body }) => {
    const { token, answer } = await stepUp(ctx, body);
    await writeSessionCookie(token);
    return answer;
  },
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
