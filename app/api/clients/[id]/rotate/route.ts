import { rotateClient } from "@/lib/clients";
import { clientMade, clientParams, rotateClientInput } from "@/lib/clients/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const POST = defineRoute({
  access: "clients.rotate",
  stepUp: "key",
  object: "client",
  params: clientParams,
  body: rotateClientInput,
  output: clientMade,
  run: (ctx, { params, body }) => rotateClient(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
