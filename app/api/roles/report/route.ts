import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { accessReport } from "@/lib/users";
import { atQuery, reportShape } from "@/lib/users/contract";

export const GET = defineRoute({
  access: "roles.view",
  costly: true,
  object: "access_report",
  query: atQuery,
  output: reportShape,
  run: (ctx, { query }) => accessReport(ctx, query.at),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
