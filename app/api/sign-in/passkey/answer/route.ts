import { readDoorCookie, signInAtDoor, writeDeviceCookie } from "@/lib/auth";
import { passkeyStep, ticketAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Signs in with a passkey alone. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: passkeyStep,
  bodyCapBytes: 16 * 1024,
  output: ticketAnswer,
  run: async (ctx, { body }) => {
    const { device, ...answer } = await signInAtDoor(ctx, await readDoorCookie(), body);
    await writeDeviceCookie(device);
    return answer;
  },
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
