import { getLink } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";
import { otherMethods } from "@/lib/http/methods";

export const GET = defineApiRoute(operations.getLink, (ctx, { params }) => getLink(ctx, params.id));

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
