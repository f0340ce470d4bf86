import { createClient, listClients } from "@/lib/clients";
import { clientList, clientMade, createClientInput } from "@/lib/clients/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({ access: "clients.view", object: "client", output: clientList, run: (ctx) => listClients(ctx) });

export const POST = defineRoute({
  access: "clients.create",
  stepUp: "key",
  object: "client",
  body: createClientInput,
  output: clientMade,
  run: (ctx, { body }) => createClient(ctx, body),
});

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
