import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { listMovements } from "@/lib/payouts";
import { transactionListQuery, transactionPage } from "@/lib/transactions/contract";

export const GET = defineRoute({
  access: "transactions.view",
  object: "transaction",
  query: transactionListQuery,
  output: transactionPage,
  run: (ctx, { query }) => listMovements(ctx, query),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
