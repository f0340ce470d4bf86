import { getBalances } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";

export const GET = defineApiRoute(operations.getBalances, (_ctx, { params }) => getBalances(params.id));
