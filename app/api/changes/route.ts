import { defineRoute } from "@/lib/http/route";
import { listChanges } from "@/lib/users";
import { changesShape } from "@/lib/users/contract";

export const GET = defineRoute({ access: "people.view", object: "change", output: changesShape, run: (ctx) => listChanges(ctx) });
