import { getCredentials } from "@/lib/auth";
import { credentialsAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({
  access: "session",
  object: "user",
  output: credentialsAnswer,
  run: (ctx) => getCredentials(ctx),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
