import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { transactionsMark } from "@/lib/transactions";
import { transactionMark } from "@/lib/transactions/contract";

export const GET = defineRoute({ access: "transactions.view", object: "transaction", output: transactionMark, run: () => transactionsMark() });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
