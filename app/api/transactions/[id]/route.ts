import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getTransaction } from "@/lib/transactions";
import { transactionPanel, transactionParams } from "@/lib/transactions/contract";

export const GET = defineRoute({
  access: "transactions.view",
  object: "transaction",
  params: transactionParams,
  output: transactionPanel,
  run: (ctx, { params }) => getTransaction(ctx, params.id),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
