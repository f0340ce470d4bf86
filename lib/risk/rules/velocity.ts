import type { Rule } from "./rule.ts";

/** Many payouts of one account in a day: a stolen session empties an account in small steps. */
export const velocity: Rule = {
  code: "velocity",
  evaluate: ({ recentPayouts, velocityMax }) => {
    const hit = recentPayouts >= velocityMax;
    return {
      hit,
      sentence: hit
        ? `The account already asked for ${velocityMax} payouts or more in the last 24 hours.`
        : `The account asked for ${recentPayouts} of at most ${velocityMax} payouts in the last 24 hours.`,
      operands: { recentPayouts: String(recentPayouts), velocityMax: String(velocityMax), windowHours: "24" },
    };
  },
};
