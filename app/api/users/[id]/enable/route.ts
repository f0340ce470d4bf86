import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { letIn } from "@/lib/users";
import { doneShape, idParams, reasonInput } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "people.enable",
  stepUp: "role",
  object: "user",
  params: idParams,
  body: reasonInput,
  output: doneShape,
  run: (ctx, { params, body }) => letIn(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
