import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { whoMovesMoney } from "@/lib/users";
import { atQuery, pathsShape } from "@/lib/users/contract";

export const GET = defineRoute({
  access: "roles.view",
  costly: true,
  object: "access_report",
  query: atQuery,
  output: pathsShape,
  run: (ctx, { query }) => whoMovesMoney(ctx, query.at),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
