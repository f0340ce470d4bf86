import { listOwners } from "@/lib/clients";
import { ownerList } from "@/lib/clients/contract";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({ access: "clients.create", object: "client", output: ownerList, run: (ctx) => listOwners(ctx) });
