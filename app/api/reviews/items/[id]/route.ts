import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { reviewItem } from "@/lib/users";
import { doneShape, idParams, reviewItemInput } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "reviews.attest",
  stepUp: "role",
  object: "access_review",
  params: idParams,
  body: reviewItemInput,
  output: doneShape,
  run: (ctx, { params, body }) => reviewItem(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
