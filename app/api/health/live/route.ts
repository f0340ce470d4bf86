import * as z from "zod/mini";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({ access: "public", limit: "health", object: "health", output: z.object({ live: z.literal(true) }), run: async () => ({ live: true as const }) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
