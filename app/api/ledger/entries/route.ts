import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listEntries } from "@/lib/ledger";
import { entriesPageShape, entriesQueryShape } from "@/lib/ledger/contract";

export const GET = defineRoute({
  access: "ledger.view",
  object: "ledger",
  query: entriesQueryShape,
  output: entriesPageShape,
  run: (_ctx, { query }) => listEntries(query),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
