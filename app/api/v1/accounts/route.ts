import { listAccounts } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";

export const GET = defineApiRoute(operations.listAccounts, (_ctx, { query }) => listAccounts(query));
