import * as z from "zod/mini";
import { openApiDocument } from "@/lib/api";
import { config } from "@/lib/config";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({ access: "public", object: "openapi", output: z.record(z.string(), z.unknown()), run: async () => openApiDocument(config().appOrigin) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
