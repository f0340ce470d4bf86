import * as z from "zod/mini";
import type { Ask } from "@/db/calls";
import { paise, type Paise } from "@/lib/money";
import { parseSetting } from "@/lib/policies/policy";
import { requireInstant } from "@/lib/time";
import type { RiskFacts } from "./rules/rule.ts";

/** `payoutId` is set when the payout has its row already: it is never counted against itself. */
type Screened = { accountId: string; beneficiaryId: string; amountPaise: Paise; payoutId?: string };

const answerShape = z.nullable(
  z.object({
    recent: z.int(),
    velocityMax: z.unknown(),
    unusualTenths: z.unknown(),
    paidBefore: z.boolean(),
    coolOffUntil: z.string(),
    sample: z.int(),
    usual: z.nullable(z.string()),
  }),
);

/**
 * Everything the rules look at, asked of one indexed function that lets one screening per account run at a time. Null
 * when the beneficiary is not the account's.
 */
export function askRiskFacts(now: Date, screened: Screened): Ask<RiskFacts | null> {
  const { accountId, beneficiaryId, amountPaise } = screened;
  return {
    call: "risk_facts",
    given: { account: accountId, payee: beneficiaryId, this_payout: screened.payoutId ?? null, now_at: now, velocity_default: parseSetting("velocityPayoutsMax", undefined) },
    read: (answer) => {
      const row = z.parse(answerShape, answer);
      if (row === null) return null;
      return {
        now,
        amountPaise,
        recentPayouts: row.recent,
        velocityMax: parseSetting("velocityPayoutsMax", row.velocityMax ?? undefined),
        coolOffUntil: requireInstant(row.coolOffUntil),
        paidBefore: row.paidBefore,
        sample: row.sample,
        usualPaise: row.usual === null ? null : paise(BigInt(row.usual)),
        unusualTenths: parseSetting("unusualTenths", row.unusualTenths ?? undefined),
      };
    },
  };
}
