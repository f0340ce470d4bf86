import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listChanges } from "@/lib/users";
import { changesShape } from "@/lib/users/contract";

export const GET = defineRoute({ access: "people.view", object: "change", output: changesShape, run: (ctx) => listChanges(ctx) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
