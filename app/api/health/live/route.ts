import * as z from "zod/mini";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({ access: "public", limit: "health", object: "health", output: z.object({ live: z.literal(true) }), run: async () => ({ live: true as const }) });
