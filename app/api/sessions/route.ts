import { listSessions } from "@/lib/auth";
import { sessionList } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { countryOf } from "@/lib/monitoring";
import { defineRoute } from "@/lib/http/route";

/** One's own sessions. */
export const GET = defineRoute({
  access: "session",
  object: "session",
  output: sessionList,
  run: (ctx) => listSessions(ctx, ctx.actor.kind === "user" ? ctx.actor.userId : "", countryOf),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
