import * as z from "zod/mini";
import { otherMethods } from "@/lib/http/methods";
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

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
