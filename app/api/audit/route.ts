import { listAudit, trailStatus } from "@/lib/audit";
import { auditFilterShape, auditListShape } from "@/lib/audit/contract";
import { actorNames } from "@/lib/clients";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({
  access: "audit.view",
  object: "audit_event",
  query: auditFilterShape,
  output: auditListShape,
  run: async (_ctx, { query }) => {
    const [list, status] = await Promise.all([listAudit(query, actorNames), trailStatus()]);
    return { ...list, status };
  },
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
