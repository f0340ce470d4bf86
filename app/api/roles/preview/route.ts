import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { previewRole } from "@/lib/users";
import { previewInput, previewShape } from "@/lib/users/contract";

export const POST = defineRoute({
  access: "roles.propose",
  object: "user",
  dryRun: true,
  body: previewInput,
  output: previewShape,
  run: (ctx, { body }) => previewRole(ctx, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
