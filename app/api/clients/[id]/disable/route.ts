import { disableClient } from "@/lib/clients";
import { clientParams, clientReasonInput, clientRow } from "@/lib/clients/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

// No fresh factor here: stopping a client whose key leaked must not wait.
export const POST = defineRoute({
  access: "clients.disable",
  object: "client",
  params: clientParams,
  body: clientReasonInput,
  output: clientRow,
  run: (ctx, { params, body }) => disableClient(ctx, params.id, body),
});

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ POST });
