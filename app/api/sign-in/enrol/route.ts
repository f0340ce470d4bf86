import { headers } from "next/headers";
import { enrol } from "@/lib/auth";
import { emptyBody, enrolAnswer } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

/** Public to the door frame because a pending session has no rights; the command itself requires one. */
export const POST = defineRoute({
  access: "public",
  object: "user",
  body: emptyBody,
  bodyCapBytes: 4 * 1024,
  output: enrolAnswer,
  run: async (ctx) => enrol(ctx, await headers()),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
