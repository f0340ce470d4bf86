import { readDeviceCookie, requestReset } from "@/lib/auth";
import { doneAnswer, resetRequest } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Answers the same whether or not the address is anybody's. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: resetRequest,
  bodyCapBytes: 4 * 1024,
  output: doneAnswer,
  run: async (ctx, { body }) => requestReset(ctx, body, await readDeviceCookie()),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
