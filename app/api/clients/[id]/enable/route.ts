import { enableClient } from "@/lib/clients";
import { clientParams, clientReasonInput, clientRow } from "@/lib/clients/contract";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "clients.create",
  stepUp: "key",
  object: "client",
  params: clientParams,
  body: clientReasonInput,
  output: clientRow,
  run: (ctx, { params, body }) => enableClient(ctx, params.id, body),
});
