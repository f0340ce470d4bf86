import { passkeyAtDoor, writeDoorCookie } from "@/lib/auth";
import { deviceOptions, emptyBody } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** What a device needs to sign in by itself, before anyone has said who they are. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: emptyBody,
  bodyCapBytes: 1024,
  output: deviceOptions,
  run: async (ctx) => {
    const { nonce, options } = await passkeyAtDoor(ctx);
    await writeDoorCookie(nonce);
    return options;
  },
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
