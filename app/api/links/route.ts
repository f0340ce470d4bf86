import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { createLink, listLinks } from "@/lib/payments";
import { createLinkInput, linkListQuery, linkPage, linkRow } from "@/lib/payments/contract";

export const GET = defineRoute({
  access: "links.view",
  object: "link",
  query: linkListQuery,
  output: linkPage,
  run: (ctx, { query }) => listLinks(ctx, query),
});

export const POST = defineRoute({
  access: "links.create",
  object: "link",
  body: createLinkInput,
  output: linkRow,
  idempotent: true,
  run: (ctx, { body }) => createLink(ctx, body),
});

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
