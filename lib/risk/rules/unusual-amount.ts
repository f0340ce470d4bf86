import { formatPaiseAlike, formatPaiseShort } from "@/lib/money";
import type { Rule } from "./rule.ts";

/** With fewer payouts than this, there is no "usual" to compare with. */
const sampleMin = 5;

/** An amount far above what the account usually pays. */
export const unusualAmount: Rule = {
  code: "unusual_amount",
  evaluate: ({ amountPaise, sample, usualPaise, unusualTenths }) => {
    const operands = {
      amountPaise: amountPaise.toString(),
      sample: String(sample),
      sampleMin: String(sampleMin),
      usualPaise: usualPaise === null ? "" : usualPaise.toString(),
      unusualTenths: String(unusualTenths),
      windowDays: "30",
    };
    if (sample < sampleMin || usualPaise === null)
      return {
        hit: false,
        sentence: `${sample === 0 ? "No payout" : sample === 1 ? "1 payout" : `${sample} payouts`} succeeded in the last 30 days; fewer than ${sampleMin} make no usual amount to compare with.`,
        operands,
      };
    const hit = amountPaise * 10n > usualPaise * BigInt(unusualTenths);
    const times = `${Math.floor(unusualTenths / 10)}.${unusualTenths % 10}`;
    const [amount, usual] = formatPaiseAlike(amountPaise, usualPaise);
    return {
      hit,
      sentence: hit
        ? `${amount} is more than ${times} times the account's usual upper amount of ${usual} in the last 30 days.`
        : `The amount is within ${times} times the account's usual upper amount of ${formatPaiseShort(usualPaise)} in the last 30 days.`,
      operands,
    };
  },
};
