import { emptyBody } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { withdrawChange } from "@/lib/users";
import { doneShape, idParams } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "roles.propose",
  stepUp: "role",
  object: "change",
  params: idParams,
  body: emptyBody,
  output: doneShape,
  run: (ctx, { params }) => withdrawChange(ctx, params.id),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
