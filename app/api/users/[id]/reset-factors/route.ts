import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { proposeFactorReset } from "@/lib/users";
import { proposedShape, idParams, reasonInput } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "factors.propose_reset",
  stepUp: "factor",
  object: "user",
  params: idParams,
  body: reasonInput,
  output: proposedShape,
  run: (ctx, { params, body }) => proposeFactorReset(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
