import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { handOutReset } from "@/lib/users";
import { linkShape, idParams, reasonInput } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "people.reset_password",
  stepUp: "factor",
  object: "user",
  params: idParams,
  body: reasonInput,
  output: linkShape,
  run: (ctx, { params, body }) => handOutReset(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
