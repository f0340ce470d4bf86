import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getOverview } from "@/lib/overview";
import { overviewShape } from "@/lib/overview/contract";

export const GET = defineRoute({ access: "overview.view", object: "overview", output: overviewShape, run: (ctx) => getOverview(ctx) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
