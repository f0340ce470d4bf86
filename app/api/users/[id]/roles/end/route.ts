import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { endPersonRole } from "@/lib/users";
import { doneShape, idParams, endRoleInput } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "roles.end",
  stepUp: "role",
  object: "user",
  params: idParams,
  body: endRoleInput,
  output: doneShape,
  run: (ctx, { params, body }) => endPersonRole(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
