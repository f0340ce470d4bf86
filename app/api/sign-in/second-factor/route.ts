import { headers } from "next/headers";
import { readDeviceCookie, signInWithCode, writeDeviceCookie } from "@/lib/auth";
import { codeStep, ticketAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Public to the door frame because a pending session has no rights; the command itself requires one. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: codeStep,
  bodyCapBytes: 4 * 1024,
  output: ticketAnswer,
  run: async (ctx, { body }) => {
    const { device, ...answer } = await signInWithCode(ctx, await headers(), { ...body, device: await readDeviceCookie() });
    await writeDeviceCookie(device);
    return answer;
  },
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
