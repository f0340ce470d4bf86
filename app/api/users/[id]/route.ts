import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getPerson } from "@/lib/users";
import { idParams, personShape } from "@/lib/users/contract";

export const GET = defineRoute({ access: "people.view", object: "user", params: idParams, output: personShape, run: (ctx, { params }) => getPerson(ctx, params.id) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
