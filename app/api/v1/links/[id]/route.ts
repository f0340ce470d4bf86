import { getLink } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";

export const GET = defineApiRoute(operations.getLink, (ctx, { params }) => getLink(ctx, params.id));
