import { getTransaction } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";

export const GET = defineApiRoute(operations.getTransaction, (ctx, { params }) => getTransaction(ctx, params.id));
