import * as z from "zod/mini";
import { getAuditEvent } from "@/lib/audit";
import { auditEventShape } from "@/lib/audit/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { objectNames } from "@/lib/overview";

export const GET = defineRoute({
  access: "audit.view",
  object: "audit_event",
  params: z.strictObject({ id: z.string().check(z.maxLength(40)) }),
  output: auditEventShape,
  run: (ctx, { params }) => getAuditEvent(params.id, objectNames(ctx)),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
