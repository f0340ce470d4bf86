import { enableClient } from "@/lib/clients";
import { clientParams, clientReasonInput, clientRow } from "@/lib/clients/contract";
import { otherMethods } from "@/lib/http/methods";
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

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
