import { createLink, listLinks } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";
import { otherMethods } from "@/lib/http/methods";

export const GET = defineApiRoute(operations.listLinks, (ctx, { query }) => listLinks(ctx, query));

export const POST = defineApiRoute(operations.createLink, (ctx, { body }) => createLink(ctx, body));

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
