import { listAudit, trailStatus } from "@/lib/audit";
import { auditFilterShape, auditListShape } from "@/lib/audit/contract";
import { peopleNames } from "@/lib/auth";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({
  access: "audit.view",
  object: "audit_event",
  query: auditFilterShape,
  output: auditListShape,
  run: async (_ctx, { query }) => {
    const [list, status] = await Promise.all([listAudit(query, peopleNames), trailStatus()]);
    return { ...list, status };
  },
});
