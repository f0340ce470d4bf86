import * as z from "zod/mini";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getSecurityEvent } from "@/lib/monitoring";
import { securityEventShape } from "@/lib/monitoring/contract";
import { objectNames } from "@/lib/overview";

export const GET = defineRoute({
  access: "security_events.view",
  object: "security_event",
  params: z.strictObject({ id: z.string().check(z.maxLength(40)) }),
  output: securityEventShape,
  run: (ctx, { params }) => getSecurityEvent(params.id, objectNames(ctx)),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
