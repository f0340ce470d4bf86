import * as z from "zod/mini";
import { requestVerification } from "@/lib/audit";
import { verifyReportShape } from "@/lib/audit/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "audit.verify",
  object: "trail",
  body: z.strictObject({}),
  output: verifyReportShape,
  run: (ctx) => requestVerification(ctx),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
