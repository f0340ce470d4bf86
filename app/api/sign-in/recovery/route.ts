import { headers } from "next/headers";
import { signInWithRecoveryCode } from "@/lib/auth";
import { recoveryStep, ticketAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Public to the door frame because a pending session has no rights; the command itself requires one. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: recoveryStep,
  bodyCapBytes: 4 * 1024,
  output: ticketAnswer,
  run: async (ctx, { body }) => signInWithRecoveryCode(ctx, await headers(), body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
