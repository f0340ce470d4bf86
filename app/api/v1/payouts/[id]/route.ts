import { getPayout } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";

export const GET = defineApiRoute(operations.getPayout, (ctx, { params }) => getPayout(ctx, params.id));
