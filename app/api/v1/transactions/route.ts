import { listTransactions } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";
import { otherMethods } from "@/lib/http/methods";

export const GET = defineApiRoute(operations.listTransactions, (ctx, { query }) => listTransactions(ctx, query));

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
