import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { payoutsById } from "@/lib/payouts";
import { listVerdicts } from "@/lib/risk";
import { verdictsPageShape, verdictsQueryShape } from "@/lib/risk/contract";

export const GET = defineRoute({
  access: "risk.view",
  object: "risk_verdict",
  query: verdictsQueryShape,
  output: verdictsPageShape,
  run: (ctx, { query }) => listVerdicts(query, (ids) => payoutsById(ctx, ids)),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
