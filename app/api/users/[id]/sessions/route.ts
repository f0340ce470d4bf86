import { sessionsOf } from "@/lib/auth";
import { personAddress, sessionList } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { countryOf } from "@/lib/monitoring";
import { defineRoute } from "@/lib/http/route";

/** The live sessions of a person, for those who look after access. */
export const GET = defineRoute({
  access: "sessions.view",
  object: "user",
  params: personAddress,
  output: sessionList,
  run: (ctx, { params }) => sessionsOf(ctx, params.id, countryOf),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
