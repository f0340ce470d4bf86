import { listSessions } from "@/lib/auth";
import { sessionList } from "@/lib/auth/contract";
import { countryOf } from "@/lib/monitoring";
import { defineRoute } from "@/lib/http/route";

/** One's own sessions. */
export const GET = defineRoute({
  access: "session",
  object: "session",
  output: sessionList,
  run: (ctx) => listSessions(ctx, ctx.actor.kind === "user" ? ctx.actor.userId : "", countryOf),
});
