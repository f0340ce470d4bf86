import { headers } from "next/headers";
import { signInWithPasskey, writeDeviceCookie } from "@/lib/auth";
import { passkeyStep, ticketAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Second step with a passkey. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: passkeyStep,
  bodyCapBytes: 16 * 1024,
  output: ticketAnswer,
  run: async (ctx, { body }) => {
    const { device, ...answer } = await signInWithPasskey(ctx, await headers(), body);
    await writeDeviceCookie(device);
    return answer;
  },
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
