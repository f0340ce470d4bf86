import { readDoorCookie, signInAtDoor } from "@/lib/auth";
import { passkeyStep, ticketAnswer } from "@/lib/auth/contract";
import { defineRoute } from "@/lib/http/route";

/** Signs in with a passkey alone. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: passkeyStep,
  bodyCapBytes: 16 * 1024,
  output: ticketAnswer,
  run: async (ctx, { body }) => signInAtDoor(ctx, await readDoorCookie(), body),
});
