import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";
import { getTrialBalance } from "@/lib/ledger";
import { trialBalanceShape } from "@/lib/ledger/contract";

export const GET = defineRoute({
  access: "ledger.view",
  object: "ledger",
  costly: true,
  output: trialBalanceShape,
  run: () => getTrialBalance(),
});

export const { HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET });
