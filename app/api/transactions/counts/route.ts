import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { countTransactions } from "@/lib/transactions";
import { transactionCounts, transactionFilterQuery } from "@/lib/transactions/contract";

export const GET = defineRoute({
  access: "transactions.view",
  object: "transaction",
  query: transactionFilterQuery,
  output: transactionCounts,
  run: (ctx, { query }) => countTransactions(ctx, query),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
