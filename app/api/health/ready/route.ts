import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { readiness } from "@/lib/monitoring";
import { readinessShape } from "@/lib/monitoring/contract";

export const GET = defineRoute({
  access: "public",
  limit: "health",
  object: "health",
  output: readinessShape,
  statusOf: (answer) => (answer.ready ? 200 : 503),
  run: () => readiness(),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
