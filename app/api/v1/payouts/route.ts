import { createPayout, listPayouts } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";
import { otherMethods } from "@/lib/http/methods";

export const GET = defineApiRoute(operations.listPayouts, (ctx, { query }) => listPayouts(ctx, query));

export const POST = defineApiRoute(operations.createPayout, (ctx, { body }) => createPayout(ctx, body));

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
