import { createPayout, listPayouts } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";

export const GET = defineApiRoute(operations.listPayouts, (ctx, { query }) => listPayouts(ctx, query));

export const POST = defineApiRoute(operations.createPayout, (ctx, { body }) => createPayout(ctx, body));
