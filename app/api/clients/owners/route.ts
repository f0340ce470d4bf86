import { listOwners } from "@/lib/clients";
import { ownerList } from "@/lib/clients/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({ access: "clients.create", object: "client", output: ownerList, run: (ctx) => listOwners(ctx) });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
