import { accountParamsShape } from "@/lib/accounts/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listEntries } from "@/lib/ledger";
import { accountEntriesQueryShape, entriesPageShape } from "@/lib/ledger/contract";

export const GET = defineRoute({
  access: "ledger.view",
  object: "account",
  params: accountParamsShape,
  query: accountEntriesQueryShape,
  output: entriesPageShape,
  run: (_ctx, { params, query }) => listEntries({ ...query, account: params.id }),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
