import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { proposeRole } from "@/lib/users";
import { proposedShape, idParams, roleInput } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "roles.propose",
  stepUp: "role",
  object: "user",
  params: idParams,
  body: roleInput,
  output: proposedShape,
  run: (ctx, { params, body }) => proposeRole(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
