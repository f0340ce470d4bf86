import * as z from "zod/mini";

/** Every setting: its type, default and unit. A missing row in the table means the default. */
export const settingShapes = {
  /** Days until a payout nobody decided expires. */
  approvalExpiryDays: z._default(z.int().check(z.gte(1), z.lte(30)), 7),
  /** Amount in paise from which two approvers are needed. */
  twoApproverFromPaise: z._default(z.string().check(z.regex(/^\d{1,14}$/)), "50000000"),
  /** Hours a new beneficiary waits before money goes out without a look. */
  coolOffHours: z._default(z.int().check(z.gte(0), z.lte(240)), 24),
  /** US cents each account keeps. */
  reserveUsdCents: z._default(z.int().check(z.gte(0), z.lte(100_000_000)), 10_000),
  /** Payouts per account in 24 h before the next is held. */
  velocityPayoutsMax: z._default(z.int().check(z.gte(1), z.lte(10_000)), 20),
  /** Times the account's usual payout that counts as far above it, in tenths (30 = 3.0×). */
  unusualTenths: z._default(z.int().check(z.gte(11), z.lte(1000)), 30),
  /** Minutes within which the same amount to the same beneficiary counts as a duplicate. */
  duplicateMinutes: z._default(z.int().check(z.gte(0), z.lte(1440)), 10),
  /** Largest single payout in paise. */
  payoutMaxPaise: z._default(z.string().check(z.regex(/^\d{1,14}$/)), "1000000000"),
} as const;

export type SettingName = keyof typeof settingShapes;
export type SettingValue<N extends SettingName> = z.output<(typeof settingShapes)[N]>;

const person = z.object({ id: z.string(), name: z.string() });

export const stopShape = z.object({
  id: z.string(),
  scope: z.literal("payouts"),
  reason: z.string(),
  stoppedBy: person,
  stoppedAt: z.string(),
  restarts: z.array(z.object({ person, reason: z.string(), at: z.string() })),
  restartsNeeded: z.int(),
});

export type Stop = z.infer<typeof stopShape>;

/** The open stop, or null, and what the viewer may do about it. */
export const emergencyShape = z.object({
  stop: z.nullable(stopShape),
  mayStop: z.boolean(),
  restartReasons: z.array(z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) })),
});

export type Emergency = z.infer<typeof emergencyShape>;

const reason = z.string().check(z.trim(), z.minLength(10, "say why in at least 10 characters"), z.maxLength(500));

export const stopInput = z.strictObject({ scope: z.literal("payouts"), reason });
export const restartInput = z.strictObject({ stopId: z.string().check(z.maxLength(40)), reason });
