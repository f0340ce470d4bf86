import { getAccount } from "@/lib/accounts";
import { accountParamsShape, accountShape } from "@/lib/accounts/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({
  access: "accounts.view",
  object: "account",
  params: accountParamsShape,
  output: accountShape,
  run: (_ctx, { params }) => getAccount(params.id),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
