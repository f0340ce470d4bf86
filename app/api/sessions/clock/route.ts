import { headers } from "next/headers";
import { sessionClock } from "@/lib/auth";
import { sessionClockAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** How long this session still lives. Asked by a press of the person it also keeps it alive; asked in the background it does not. */
export const GET = defineRoute({
  access: "session",
  object: "session",
  output: sessionClockAnswer,
  run: async (ctx) => sessionClock(ctx, await headers()),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
