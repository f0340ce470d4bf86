import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { exportReport } from "@/lib/users";
import { atQuery, csvShape } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "roles.export",
  stepUp: "export",
  object: "access_report",
  body: atQuery,
  output: csvShape,
  run: (ctx, { body }) => exportReport(ctx, body.at),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
