import { listTransactions } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";

export const GET = defineApiRoute(operations.listTransactions, (ctx, { query }) => listTransactions(ctx, query));
