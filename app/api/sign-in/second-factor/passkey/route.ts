import { headers } from "next/headers";
import { passkeySecondStep } from "@/lib/auth";
import { deviceOptions, emptyBody } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** What the device of a half-signed-in person needs to sign; the command itself requires a pending session. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: emptyBody,
  bodyCapBytes: 1024,
  output: deviceOptions,
  run: async (ctx) => passkeySecondStep(ctx, await headers()),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
