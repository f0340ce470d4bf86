import { listAccounts } from "@/lib/accounts";
import { accountsPageShape, accountsQueryShape } from "@/lib/accounts/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({
  access: "accounts.view",
  object: "account",
  query: accountsQueryShape,
  output: accountsPageShape,
  run: (_ctx, { query }) => listAccounts(query),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
