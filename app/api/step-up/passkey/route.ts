import { stepUpOptions } from "@/lib/auth";
import { deviceOptions, stepUpStart } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** What a device needs to sign for one kind of act. */
export const POST = defineRoute({
  access: "session",
  object: "session",
  body: stepUpStart,
  bodyCapBytes: 1024,
  output: deviceOptions,
  run: (ctx, { body }) => stepUpOptions(ctx, body.act),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
