import { headers } from "next/headers";
import { dropSessionCookie, signOut } from "@/lib/auth";
import { doneAnswer, emptyBody } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Public, so that a half-signed-in or already ended session can be left as well. */
export const POST = defineRoute({
  access: "public",
  limit: "write",
  object: "session",
  body: emptyBody,
  bodyCapBytes: 1024,
  output: doneAnswer,
  run: async (ctx) => {
    const answer = await signOut(ctx, await headers());
    await dropSessionCookie();
    return answer;
  },
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
