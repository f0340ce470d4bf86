import { changePassword, writeSessionCookie } from "@/lib/auth";
import { doneAnswer, passwordChange } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** One's own password; the answer carries the session's new cookie. */
export const POST = defineRoute({
  access: "session",
  object: "user",
  body: passwordChange,
  bodyCapBytes: 4 * 1024,
  output: doneAnswer,
  run: async (ctx, { body }) => {
    const { token } = await changePassword(ctx, body);
    await writeSessionCookie(token);
    return { done: true as const };
  },
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
