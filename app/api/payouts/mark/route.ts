import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { transactionsMark } from "@/lib/transactions";
import { transactionMark } from "@/lib/transactions/contract";

// A payout is a movement too: what changes one changes the mark of them all.
export const GET = defineRoute({ access: "payouts.view", object: "payout", output: transactionMark, run: () => transactionsMark() });

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
