import { findActors } from "@/lib/clients";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listSecurityEvents } from "@/lib/monitoring";
import { securityFilterShape, securityListShape } from "@/lib/monitoring/contract";
import { objectNames } from "@/lib/overview";

export const GET = defineRoute({
  access: "security_events.view",
  object: "security_event",
  query: securityFilterShape,
  output: securityListShape,
  run: (ctx, { query }) => listSecurityEvents(query, { namesOf: objectNames(ctx), actorsOf: findActors }),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
