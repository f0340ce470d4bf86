import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getLink } from "@/lib/payments";
import { linkParams, linkRow } from "@/lib/payments/contract";

export const GET = defineRoute({
  access: "links.view",
  object: "link",
  params: linkParams,
  output: linkRow,
  run: (ctx, { params }) => getLink(ctx, params.id),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
