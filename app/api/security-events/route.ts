import { actorNames, findActors } from "@/lib/clients";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listSecurityEvents } from "@/lib/monitoring";
import { securityFilterShape, securityListShape } from "@/lib/monitoring/contract";

export const GET = defineRoute({
  access: "security_events.view",
  object: "security_event",
  query: securityFilterShape,
  output: securityListShape,
  run: (_ctx, { query }) => listSecurityEvents(query, { namesOf: actorNames, actorsOf: findActors }),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
