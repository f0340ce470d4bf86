import { toIst } from "@/lib/time";
import type { Rule } from "./rule.ts";

/** New destinations are where fraud sends money: held during the cool-off, two approvers for the first payout after it. */
export const firstPayout: Rule = {
  code: "first_payout",
  evaluate: ({ now, coolOffUntil, paidBefore }) => {
    const operands = { coolOffUntil: toIst(coolOffUntil), now: toIst(now), paidBefore: String(paidBefore) };
    if (now < coolOffUntil) {
      const until = operands.coolOffUntil.slice(0, 16).replace("T", " ");
      return { hit: true, sentence: `The beneficiary is new; its cool-off ends at ${until} IST.`, operands, releasesAt: coolOffUntil };
    }
    return { hit: false, sentence: paidBefore ? "The beneficiary has been paid before." : "This is the first payout to the beneficiary; it needs two approvers.", operands };
  },
};
