import { listAudit, trailStatus } from "@/lib/audit";
import { auditFilterShape, auditListShape } from "@/lib/audit/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { objectNames } from "@/lib/overview";

export const GET = defineRoute({
  access: "audit.view",
  object: "audit_event",
  query: auditFilterShape,
  output: auditListShape,
  run: async (ctx, { query }) => {
    const [list, status] = await Promise.all([listAudit(query, objectNames(ctx)), trailStatus()]);
    return { ...list, status };
  },
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
