import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getMovement } from "@/lib/payouts";
import { transactionPanel, transactionParams } from "@/lib/transactions/contract";

export const GET = defineRoute({
  access: "transactions.view",
  object: "transaction",
  params: transactionParams,
  output: transactionPanel,
  run: (ctx, { params }) => getMovement(ctx, params.id),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
