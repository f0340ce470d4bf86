import { getMe } from "@/lib/auth";
import { meAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({
  access: "session",
  object: "user",
  output: meAnswer,
  run: (ctx) => getMe(ctx),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
