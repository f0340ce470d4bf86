import { emptyBody } from "@/lib/auth/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { inviteAgain } from "@/lib/users";
import { idParams, linkShape } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "people.invite",
  stepUp: "role",
  object: "user",
  params: idParams,
  body: emptyBody,
  output: linkShape,
  run: (ctx, { params }) => inviteAgain(ctx, params.id),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
