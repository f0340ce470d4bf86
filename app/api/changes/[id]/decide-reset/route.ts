import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { decideChange } from "@/lib/users";
import { decideInput, doneShape, idParams } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "factors.decide_reset",
  stepUp: "factor",
  object: "change",
  params: idParams,
  body: decideInput,
  output: doneShape,
  run: (ctx, { params, body }) => decideChange(ctx, params.id, { ...body, kind: "factor_reset" }),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
