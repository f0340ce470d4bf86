import * as z from "zod/mini";
import { defineRoute } from "@/lib/http/route";
import { cancelLink } from "@/lib/payments";
import { linkParams, linkRow } from "@/lib/payments/contract";

export const POST = defineRoute({
  access: "links.cancel",
  object: "link",
  params: linkParams,
  body: z.strictObject({}),
  output: linkRow,
  run: (ctx, { params }) => cancelLink(ctx, params.id),
});
