import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { invitePerson, listPeople } from "@/lib/users";
import { invitedShape, inviteInput, peopleShape } from "@/lib/users/contract";

export const GET = defineRoute({ access: "people.view", object: "user", output: peopleShape, run: (ctx) => listPeople(ctx) });

export const POST = defineRoute({
  access: "people.invite",
  stepUp: "role",
  object: "user",
  body: inviteInput,
  output: invitedShape,
  run: (ctx, { body }) => invitePerson(ctx, body),
});

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
