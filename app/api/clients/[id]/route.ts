import { getClient } from "@/lib/clients";
import { clientPanel, clientParams } from "@/lib/clients/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({ access: "clients.view", object: "client", params: clientParams, output: clientPanel, run: (ctx, { params }) => getClient(ctx, params.id) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
