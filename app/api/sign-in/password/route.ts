import { readDeviceCookie, signInWithPassword } from "@/lib/auth";
import { passwordStep, ticketAnswer } from "@/lib/auth/contract";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "public",
  object: "user",
  body: passwordStep,
  bodyCapBytes: 4 * 1024,
  output: ticketAnswer,
  run: async (ctx, { body }) => signInWithPassword(ctx, body, await readDeviceCookie()),
});
