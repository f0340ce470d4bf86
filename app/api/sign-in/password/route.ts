import { readDeviceCookie, signInWithPassword } from "@/lib/auth";
import { passwordStep, ticketAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "public",
  object: "user",
  body: passwordStep,
  bodyCapBytes: 4 * 1024,
  output: ticketAnswer,
  run: async (ctx, { body }) => signInWithPassword(ctx, body, await readDeviceCookie()),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
