import { getCredentials } from "@/lib/auth";
import { credentialsAnswer } from "@/lib/auth/contract";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({
  access: "session",
  object: "user",
  output: credentialsAnswer,
  run: (ctx) => getCredentials(ctx),
});
